# What is compiled of lwIP, whose source tree LWIP names, and with which options.

ifeq ($(wildcard $(LWIP)/src/core/tcp.c),)
$(error LWIP must name a source tree of lwIP)
endif

LWIP_SOURCES := $(addprefix $(LWIP)/src/,$(addsuffix .c, \
	$(addprefix core/,def inet_chksum init ip mem memp netif pbuf stats sys tcp tcp_in tcp_out timeouts udp) \
	$(addprefix core/ipv4/,icmp igmp ip4 ip4_addr ip4_frag) \
	$(addprefix core/ipv6/,ethip6 icmp6 inet6 ip6 ip6_addr ip6_frag nd6) api/err api/tcpip))

# Espressif's tree has changes of TCP, which its options enable.
LWIP_DEFINES := $(if $(shell grep -l ESP_LWIP $(LWIP)/src/core/tcp.c),-DYIELDCAM_ESP_LWIP)

# Since 2.2.1, the names of the functions of lwIP's memory are others.
LWIP_DEFINES += $(if $(shell grep -l MEM_CUSTOM_ALLOCATOR $(LWIP)/src/include/lwip/opt.h),-DYIELDCAM_CUSTOM_ALLOCATOR)

# The source of an object's name.
lwipSource = $(filter %/$(1).c,$(LWIP_SOURCES))

# Another tree rebuilds everything that depends on this file.
.DEFAULT_GOAL := all
.PHONY: force
$(OUT)/tree: force
	@mkdir -p $(OUT)
	@echo $(LWIP) $(SOCKETS) $(COMMON) | cmp -s - $@ || echo $(LWIP) $(SOCKETS) $(COMMON) > $@
