"""Binds Neutron's bare metal ports like a switch driver, but without a switch or an agent.

Other ports stay unbound: the MAC address of a bound port cannot be changed, and Ironic changes it when it attaches a
port, before it sets the VNIC type to bare metal.
"""

from neutron_lib import constants
from neutron_lib.api.definitions import portbindings
from neutron_lib.plugins.ml2 import api


class Driver(api.MechanismDriver):
    def initialize(self):
        pass

    def bind_port(self, context):
        if context.current[portbindings.VNIC_TYPE] == portbindings.VNIC_BAREMETAL:
            segment = context.segments_to_bind[0][api.ID]
            context.set_binding(segment, portbindings.VIF_TYPE_OTHER, {}, status=constants.PORT_STATUS_ACTIVE)
