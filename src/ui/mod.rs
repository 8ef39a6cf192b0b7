//! What the operator sees: answers on stdout; progress, notes and questions on stderr.
