"""Binds Neutron's ports of bare metal, as a switch's driver does, without a switch or an agent.

Other ports stay unbound: nobody may change the MAC address of a bound one, and Ironic does that to a port when it is
attached, before it makes it one of bare metal.
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
