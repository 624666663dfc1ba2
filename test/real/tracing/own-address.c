// Loaded before Envoy (LD_PRELOAD): the machine seems to have one address, the one in POD_IP, as it is inside a pod. Envoy names its own address in its spans and takes
// it from here; it passes over 127.0.0.1 alone.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>

static struct sockaddr_in address;
static struct ifaddrs only;

int getifaddrs(struct ifaddrs **found) {
  const char *ip = getenv("POD_IP");
  address.sin_family = AF_INET;
  if (ip == NULL || inet_pton(AF_INET, ip, &address.sin_addr) != 1) return -1;
  only.ifa_name = "eth0";
  only.ifa_flags = IFF_UP;
  only.ifa_addr = (struct sockaddr *)&address;
  *found = &only;
  return 0;
}

void freeifaddrs(struct ifaddrs *found) { (void)found; }
