/*
	lwIP's options as the boards have them: the values of esp-idf 6.0, with the lines of its
	components/lwip/port/include/lwipopts.h ("opts") and components/lwip/Kconfig ("Kconfig"),
	of the SDK's build/devices/esp32/xsProj-esp32s3/sdkconfig.defaults ("SDK"), and of
	hosts/esp32s3/target/sdkconfig/common.defaults ("ours"), which has the last word.
*/
#pragma once

#define NO_SYS 0
#define LWIP_TCPIP_CORE_LOCKING 0       /* Kconfig:29 LWIP_TCPIP_CORE_LOCKING, n; opts:58 */
#define LWIP_TCPIP_CORE_LOCKING_INPUT 0 /* opts:59 */
#define SYS_LIGHTWEIGHT_PROT 1          /* opts:72 */
#define LWIP_NETCONN_SEM_PER_THREAD 1   /* opts:944 */
#define LWIP_NETCONN_THREAD_SEM_ALLOC() ((void)0)
#define LWIP_NETCONN_THREAD_SEM_FREE() ((void)0)
#define TCPIP_MBOX_SIZE 32 /* Kconfig:312 LWIP_TCPIP_RECVMBOX_SIZE; opts:880 */

#define MEM_LIBC_MALLOC 1          /* opts:98 */
#define MEMP_MEM_MALLOC 1          /* opts:105 */
#define MEM_ALIGNMENT 4            /* opts:112 */
#define MEMP_NUM_TCP_PCB 16        /* ours: LWIP_MAX_ACTIVE_TCP */
#define MEMP_NUM_TCP_PCB_LISTEN 16 /* Kconfig:603 LWIP_MAX_LISTENING_TCP; opts:142 */

#define LWIP_TCP 1            /* opts:559 */
#define TCP_MSS 1436          /* SDK:40 LWIP_TCP_MSS */
#define TCP_WND 5744          /* ours: LWIP_TCP_WND_DEFAULT */
#define TCP_SND_BUF 11488     /* ours: LWIP_TCP_SND_BUF_DEFAULT */
#define TCP_MAXRTX 6          /* ours: LWIP_TCP_MAXRTX */
#define TCP_SYNMAXRTX 6       /* SDK:39 LWIP_TCP_SYNMAXRTX */
#ifndef TCP_QUEUE_OOSEQ       /* to try others: make TRY=-DTCP_QUEUE_OOSEQ=0 */
	#define TCP_QUEUE_OOSEQ 1 /* Kconfig:737 LWIP_TCP_QUEUE_OOSEQ; opts:585 */
#endif
#define TCP_OOSEQ_MAX_PBUFS 4       /* common.defaults; opts:595 */
#define TCP_OOSEQ_TIMEOUT 6         /* Kconfig:746 LWIP_TCP_OOSEQ_TIMEOUT; opts:602 */
#define LWIP_TCP_SACK_OUT 0         /* Kconfig:781; opts:611 */
#define TCP_LISTEN_BACKLOG 1        /* opts:633 */
#define TCP_OVERSIZE TCP_MSS        /* Kconfig:804 LWIP_TCP_OVERSIZE_MSS; opts:640 */
#define LWIP_EVENT_API 0            /* opts:659 */
#define LWIP_CALLBACK_API 1         /* opts:660 */
#define TCP_TMR_INTERVAL 250        /* Kconfig:650 LWIP_TCP_TMR_INTERVAL; opts:665 */
#define TCP_MSL 60000               /* Kconfig:659 LWIP_TCP_MSL; opts:670 */
#define TCP_FIN_WAIT_TIMEOUT 2000   /* ours: LWIP_TCP_FIN_WAIT_TIMEOUT; other trees have 20,000 */
#define LWIP_WND_SCALE 0            /* Kconfig:813 LWIP_WND_SCALE, n; opts:689 */
#define TCP_RCV_SCALE 0             /* opts:690 */
#define LWIP_TCP_RTO_TIME 1000      /* ours: LWIP_TCP_RTO_TIME */
#define LWIP_TCP_KEEPALIVE 1        /* opts:1015 */
#define SO_REUSE 1                  /* Kconfig:164 LWIP_SO_REUSE; opts:1042 */
#define LWIP_UDP 1                  /* opts:539 */
#define LWIP_IGMP 1                 /* opts:474 */
#define IP_DEFAULT_TTL 64           /* Kconfig:207 LWIP_IP_DEFAULT_TTL; opts:254 */
#define IP_FRAG 1                   /* Kconfig:214 LWIP_IP4_FRAG; opts:202 */
#define LWIP_NETIF_TX_SINGLE_PBUF 1 /* opts:765 */
#define LWIP_SUPPORT_CUSTOM_PBUF 1  /* opts:1691 */
#define LWIP_IPV4 1                 /* Kconfig:499 LWIP_IPV4 */
#define LWIP_IPV6 1                 /* Kconfig:505 LWIP_IPV6 */
#define IP_REASSEMBLY 0             /* Kconfig:221 LWIP_IP4_REASSEMBLY, n; opts:193 */
#define LWIP_IPV6_REASS 0           /* Kconfig:228 LWIP_IP6_REASSEMBLY, n; opts:1288 */
#define CHECKSUM_CHECK_IP 0         /* Kconfig:871 LWIP_CHECKSUM_CHECK_IP, n; opts:1201 */
#define LWIP_IPV6_NUM_ADDRESSES 3   /* Kconfig:522; opts:1258 */

/* Espressif's changes to TCP, where the tree has them: opts:1674, 1684. */
#ifdef YIELDCAM_ESP_LWIP
	#define ESP_LWIP 1
	#define ESP_STATS_TCP 0
	#define ESP_PBUF 0                      /* buffers of the Wi-Fi driver */
	#define ESP_LWIP_IGMP_TIMERS_ONDEMAND 1 /* Kconfig:101 LWIP_TIMERS_ONDEMAND; opts:1643 */
	#define ESP_LWIP_MLD6_TIMERS_ONDEMAND 0
#endif

/* What neither the tests nor the simulator use. */
#define LWIP_ERRNO_STDINCLUDE 1
#define LWIP_TIMEVAL_PRIVATE 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_RAW 0
#define LWIP_DHCP 0
#define LWIP_DNS 0
#define LWIP_ARP 0
#define LWIP_ETHERNET 0
#define LWIP_HAVE_LOOPIF 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_IPV6_MLD 0
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#define LWIP_ICMP6 1
#define LWIP_CHKSUM_ALGORITHM 3
