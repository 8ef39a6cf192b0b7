//! The identity and scope of a Keystone login: the body of `POST /v3/auth/tokens` (Identity API v3).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::cache::Login;
use super::clouds_yaml::Entry;

/// The domain of users and projects without one, as in Keystone's own tools.
const DEFAULT_DOMAIN: &str = "default";

/// The parameters of a Keystone login.
pub(super) struct Identity {
    /// Keystone's root, without a version.
    pub(super) auth_url: Url,
    methods: Vec<Method>,
    scope: Scope,
}

enum Method {
    Password { user: Value, password: SecretString },
    Totp { user: Value, passcode: SecretString },
    Token(SecretString),
    ApplicationCredential { credential: Value, secret: SecretString },
}

/// The scope of the token.
enum Scope {
    /// The scope of the credentials, or the user's default project.
    Default,
    System,
    Domain(Value),
    Project(Value),
    Trust(String),
}

/// A problem with the settings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// A password is needed and not configured: the user can be prompted for it.
    NoPassword {
        /// The user.
        user: String,
    },
    /// Any other problem.
    Invalid(String),
}

impl Identity {
    /// Reads the settings as keystoneauth does for this `auth_type`.
    pub(super) fn read(entry: &Entry, auth_type: &str) -> Result<Self, Problem> {
        let methods = match auth_type {
            "password" | "v3password" => vec![Method::password(entry)?],
            "token" | "v3token" => vec![Method::token(entry)?],
            "v3applicationcredential" => vec![Method::application_credential(entry)?],
            "v3totp" => vec![Method::totp(entry)?],
            "v3multifactor" => {
                let each = entry.auth_methods.iter().map(|method| match method.as_str() {
                    "v3password" | "password" => Method::password(entry),
                    "v3totp" | "totp" => Method::totp(entry),
                    "v3token" | "token" => Method::token(entry),
                    "v3applicationcredential" => Method::application_credential(entry),
                    other => Err(Problem::Invalid(format!("unknown method `{other}` in auth_methods"))),
                });
                let methods = each.collect::<Result<Vec<_>, _>>()?;
                if methods.is_empty() {
                    return Err(Problem::Invalid("v3multifactor needs `auth_methods`".to_owned()));
                }
                methods
            }
            "v2password" | "v2token" => {
                let problem = "Keystone API v2 is no longer supported; use auth_type `password`";
                return Err(Problem::Invalid(problem.to_owned()));
            }
            other => {
                return Err(Problem::Invalid(format!(
                    "unknown auth_type `{other}` (supported: password, v3applicationcredential, token, v3totp, \
                     v3multifactor, admin_token, http_basic, none)"
                )));
            }
        };
        let of_credential =
            methods.iter().any(|method| matches!(method, Method::ApplicationCredential { .. }));
        let scope = if of_credential { Scope::Default } else { Scope::read(entry)? };
        Ok(Self { auth_url: auth_url(entry)?, methods, scope })
    }

    /// The body of the request. It contains the secrets.
    pub(super) fn body(&self) -> Value {
        let mut identity = Map::new();
        let names: Vec<&str> = self.methods.iter().map(Method::name).collect();
        identity.insert("methods".to_owned(), json!(names));
        for method in &self.methods {
            identity.insert(method.name().to_owned(), method.body());
        }
        let mut auth = json!({"identity": identity});
        if let Some(scope) = self.scope.body() {
            auth["scope"] = scope;
        }
        json!({"auth": auth})
    }

    /// The identity of this login, to find its cached token.
    pub(super) fn login(&self) -> Login {
        let name = URL_SAFE_NO_PAD.encode(Sha256::digest(self.description().to_string()));
        let whole = json!([self.auth_url.as_str(), self.body()]).to_string();
        Login { name, secrets: whole.into() }
    }

    /// The user, the URL and the scope, without secrets.
    pub(super) fn description(&self) -> Value {
        let who: Vec<Value> = self
            .methods
            .iter()
            .map(|method| match method {
                Method::Password { user, .. } | Method::Totp { user, .. } => user.clone(),
                Method::ApplicationCredential { credential, .. } => credential.clone(),
                Method::Token(_) => Value::Null,
            })
            .collect();
        json!([self.auth_url.as_str(), who, self.scope.body()])
    }

    /// The hint for a refused login.
    pub(super) fn hint(&self) -> &'static str {
        match self.methods.as_slice() {
            [Method::ApplicationCredential { .. }] => {
                "check the id and the secret of the application credential, and whether it was deleted or has expired: \
                 `openstack application credential list`"
            }
            [Method::Token(_)] => {
                "the token is invalid, revoked or expired; get a new one: `openstack token issue`"
            }
            [Method::Totp { .. }] => "check user and domain; a passcode works once and for 30 seconds",
            _ => "check user, password, domain and project",
        }
    }

    /// Whether another run may reuse the token: not if the user supplied it.
    pub(super) fn is_cacheable(&self) -> bool {
        !self.methods.iter().any(|method| matches!(method, Method::Token(_)))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.description())
    }
}

impl Method {
    fn password(entry: &Entry) -> Result<Self, Problem> {
        let user = user(entry)?;
        let password = entry.secret(&["password"]).ok_or_else(|| Problem::NoPassword {
            user: entry.value(&["username", "user_name", "user_id"]).unwrap_or_default(),
        })?;
        Ok(Self::Password { user, password })
    }

    fn totp(entry: &Entry) -> Result<Self, Problem> {
        let passcode = entry.secret(&["passcode"]);
        let passcode = passcode.ok_or_else(|| {
            Problem::Invalid("v3totp needs the current passcode: set OS_PASSCODE".to_owned())
        })?;
        Ok(Self::Totp { user: user(entry)?, passcode })
    }

    fn token(entry: &Entry) -> Result<Self, Problem> {
        let token = entry.secret(&["token", "auth_token"]);
        token.map(Self::Token).ok_or_else(|| Problem::Invalid("auth_type `token` needs `token`".to_owned()))
    }

    fn application_credential(entry: &Entry) -> Result<Self, Problem> {
        let invalid = |problem: &str| Problem::Invalid(problem.to_owned());
        let secret = entry
            .secret(&["application_credential_secret"])
            .ok_or_else(|| invalid("missing `application_credential_secret`"))?;
        let credential = if let Some(id) = entry.value(&["application_credential_id"]) {
            json!({"id": id})
        } else if let Some(name) = entry.value(&["application_credential_name"]) {
            // A name is unique only together with its user.
            json!({"name": name, "user": user(entry)?})
        } else {
            return Err(invalid("an application credential needs its id, or its name and its user"));
        };
        Ok(Self::ApplicationCredential { credential, secret })
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Password { .. } => "password",
            Self::Totp { .. } => "totp",
            Self::Token(_) => "token",
            Self::ApplicationCredential { .. } => "application_credential",
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::Password { user, password } => {
                let mut user = user.clone();
                user["password"] = password.expose_secret().into();
                json!({"user": user})
            }
            Self::Totp { user, passcode } => {
                let mut user = user.clone();
                user["passcode"] = passcode.expose_secret().into();
                json!({"user": user})
            }
            Self::Token(token) => json!({"id": token.expose_secret()}),
            Self::ApplicationCredential { credential, secret } => {
                let mut credential = credential.clone();
                credential["secret"] = secret.expose_secret().into();
                credential
            }
        }
    }
}

impl Scope {
    fn read(entry: &Entry) -> Result<Self, Problem> {
        let project_id = entry.value(&["project_id", "tenant_id"]);
        let project_name = entry.value(&["project_name", "tenant_name"]);
        let given = [
            ("system_scope", entry.value(&["system_scope"]).is_some()),
            ("trust_id", entry.value(&["trust_id"]).is_some()),
            ("a project", project_id.is_some() || project_name.is_some()),
        ];
        let given: Vec<&str> =
            given.into_iter().filter(|(_, is_given)| *is_given).map(|(what, _)| what).collect();
        if let [first, second, ..] = given.as_slice() {
            return Err(Problem::Invalid(format!(
                "{first} and {second} are both set: a token has one scope"
            )));
        }
        if let Some(trust) = entry.value(&["trust_id"]) {
            return Ok(Self::Trust(trust));
        }
        if let Some(system) = entry.value(&["system_scope"]) {
            return if system == "all" {
                Ok(Self::System)
            } else {
                Err(Problem::Invalid(format!("invalid system_scope `{system}`: it must be `all`")))
            };
        }
        if let Some(id) = project_id {
            return Ok(Self::Project(json!({"id": id})));
        }
        if let Some(name) = project_name {
            let own = domain(entry, &["project_domain_id"], &["project_domain_name"]);
            return Ok(Self::Project(
                json!({"name": name, "domain": own.unwrap_or_else(|| default_domain(entry))}),
            ));
        }
        Ok(domain(entry, &["domain_id"], &["domain_name"]).map_or(Self::Default, Self::Domain))
    }

    fn body(&self) -> Option<Value> {
        Some(match self {
            Self::Default => return None,
            Self::System => json!({"system": {"all": true}}),
            Self::Domain(domain) => json!({"domain": domain}),
            Self::Project(project) => json!({"project": project}),
            Self::Trust(id) => json!({"OS-TRUST:trust": {"id": id}}),
        })
    }
}

fn user(entry: &Entry) -> Result<Value, Problem> {
    if let Some(id) = entry.value(&["user_id"]) {
        return Ok(json!({"id": id}));
    }
    let name = entry.value(&["username", "user_name"]);
    let name = name.ok_or_else(|| Problem::Invalid("missing `username`".to_owned()))?;
    let own = domain(entry, &["user_domain_id"], &["user_domain_name"]);
    Ok(json!({"name": name, "domain": own.unwrap_or_else(|| default_domain(entry))}))
}

fn domain(entry: &Entry, ids: &[&str], names: &[&str]) -> Option<Value> {
    let id = entry.value(ids).map(|id| json!({"id": id}));
    id.or_else(|| entry.value(names).map(|name| json!({"name": name})))
}

/// The domain of a user or project that has none in the settings.
fn default_domain(entry: &Entry) -> Value {
    let configured =
        domain(entry, &["domain_id", "default_domain_id"], &["domain_name", "default_domain_name"]);
    configured.unwrap_or_else(|| {
        let id = entry.value(&["default_domain"]).unwrap_or_else(|| DEFAULT_DOMAIN.to_owned());
        json!({"id": id})
    })
}

/// Keystone's root URL: `auth_url` with or without an API version.
fn auth_url(entry: &Entry) -> Result<Url, Problem> {
    let text = entry.value(&["auth_url"]);
    let text = text.ok_or_else(|| Problem::Invalid("missing `auth_url` (Keystone's URL)".to_owned()))?;
    let mut url =
        Url::parse(text.trim()).map_err(|error| Problem::Invalid(format!("invalid auth_url: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Problem::Invalid("invalid auth_url: it must be an http:// or https:// URL".to_owned()));
    }
    let path = url.path().trim_end_matches('/');
    let path = ["/v3", "/v2.0"].iter().find_map(|version| path.strip_suffix(version)).unwrap_or(path);
    let path = format!("{path}/");
    url.set_path(&path);
    url.set_query(None);
    // User information in the URL would be sent, and Keystone does not use it.
    let _ = (url.set_username(""), url.set_password(None));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(pairs: &[(&str, &str)]) -> Entry {
        let url = [("auth_url", "http://k:5000/v3")];
        let pairs = url.iter().chain(pairs);
        Entry::of_variables(pairs.map(|(key, value)| ((*key).to_owned(), (*value).into())))
    }

    fn body(auth_type: &str, pairs: &[(&str, &str)]) -> Value {
        Identity::read(&entry(pairs), auth_type).expect("it is enough").body()["auth"].clone()
    }

    #[test]
    fn a_user_and_a_project_are_sent_with_their_domains() {
        let pairs = [
            ("username", "ann"),
            ("password", "hunter2"),
            ("project_name", "lab"),
            ("user_domain_name", "staff"),
        ];
        let auth = body("password", &pairs);
        assert_eq!(
            auth["identity"]["password"]["user"],
            json!({"name": "ann", "domain": {"name": "staff"}, "password": "hunter2"})
        );
        assert_eq!(auth["scope"], json!({"project": {"name": "lab", "domain": {"id": "default"}}}));
    }

    #[test]
    fn a_domain_given_once_applies_to_user_and_project() {
        let pairs =
            [("username", "ann"), ("password", "x"), ("tenant_name", "lab"), ("domain_name", "staff")];
        let auth = body("v3password", &pairs);
        assert_eq!(auth["identity"]["password"]["user"]["domain"], json!({"name": "staff"}));
        assert_eq!(auth["scope"]["project"]["domain"], json!({"name": "staff"}));
        let alone = body("password", &[("user_id", "u1"), ("password", "x"), ("domain_id", "d1")]);
        assert_eq!(alone["scope"], json!({"domain": {"id": "d1"}}));
    }

    #[test]
    fn a_system_scope_excludes_a_project() {
        let auth = body("password", &[("username", "ann"), ("password", "x"), ("system_scope", "all")]);
        assert_eq!(auth["scope"], json!({"system": {"all": true}}));
        let both =
            entry(&[("username", "a"), ("password", "x"), ("system_scope", "all"), ("project_id", "p")]);
        assert!(matches!(Identity::read(&both, "password"), Err(Problem::Invalid(_))));
    }

    #[test]
    fn an_application_credential_has_its_own_scope() {
        let pairs = [
            ("application_credential_id", "c1"),
            ("application_credential_secret", "s"),
            ("project_id", "p"),
        ];
        let auth = body("v3applicationcredential", &pairs);
        assert_eq!(auth["identity"]["application_credential"], json!({"id": "c1", "secret": "s"}));
        assert!(auth.get("scope").is_none());
    }

    #[test]
    fn multifactor_combines_its_methods() {
        let mut entry = entry(&[("user_id", "u"), ("password", "p"), ("passcode", "123456")]);
        entry.auth_methods = vec!["v3password".to_owned(), "v3totp".to_owned()];
        let body = Identity::read(&entry, "v3multifactor").expect("it is enough").body();
        assert_eq!(body["auth"]["identity"]["methods"], json!(["password", "totp"]));
        assert_eq!(body["auth"]["identity"]["totp"]["user"]["passcode"], "123456");
    }

    #[test]
    fn missing_settings_are_errors_and_a_missing_password_is_its_own_error() {
        let missing =
            |auth_type, pairs: &[(&str, &str)]| Identity::read(&entry(pairs), auth_type).unwrap_err();
        let no_password = missing("password", &[("username", "ann")]);
        assert_eq!(no_password, Problem::NoPassword { user: "ann".to_owned() });
        assert!(matches!(missing("password", &[("password", "x")]), Problem::Invalid(_)));
        assert!(matches!(missing("v3oidcpassword", &[]), Problem::Invalid(_)));
        assert!(matches!(missing("v2password", &[]), Problem::Invalid(_)));
    }

    #[test]
    fn auth_url_is_accepted_with_and_without_a_version() {
        for (written, root) in [
            ("http://k:5000", "http://k:5000/"),
            ("http://k:5000/v3/", "http://k:5000/"),
            ("https://k/identity/v3", "https://k/identity/"),
            ("https://k/identity", "https://k/identity/"),
        ] {
            let entry = Entry::of_variables([("auth_url".to_owned(), written.into())].into_iter());
            assert_eq!(auth_url(&entry).expect("a URL").as_str(), root);
        }
    }

    #[test]
    fn another_password_is_another_login_with_the_same_file_name() {
        let key = |password: &str| {
            let pairs = [("username", "ann"), ("password", password)];
            let login = Identity::read(&entry(&pairs), "password").expect("it is enough").login();
            (login.name, login.secrets.expose_secret().to_owned())
        };
        assert_eq!(key("hunter2"), key("hunter2"));
        let (one, other) = (key("hunter2"), key("hunter3"));
        assert_ne!(one.1, other.1);
        assert_eq!(one.0, other.0, "the file name reveals nothing about the password");
    }

    #[test]
    fn debug_output_has_no_secrets() {
        let shown = |auth_type, pairs: &[(&str, &str)]| {
            format!("{:?}", Identity::read(&entry(pairs), auth_type).expect("it is enough"))
        };
        let user = shown("password", &[("username", "ann"), ("password", "hunter2")]);
        assert!(user.contains("ann") && !user.contains("hunter2"), "{user}");
        assert!(!shown("token", &[("token", "gAAAA")]).contains("gAAAA"));
    }
}
