// The floor: what reading the same pages costs when nothing is done with them. One thread, epoll, one kept connection per target, targets spread
// over the interval, bytes read and discarded. usage: floor TARGETS INTERVAL_SECONDS PORT PATH
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char discarded[256 * 1024];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

// Target n has the address 127.20.x.y, as pages.ts numbers them.
static int connect_to(uint32_t n, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(0x7f140000u + n + 1);
  int socket_fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(socket_fd, (struct sockaddr *)&address, sizeof address) == 0) return socket_fd;
  perror("connect");
  exit(1);
}

int main(int count, char **words) {
  if (count != 5) return 2;
  uint32_t targets = strtoul(words[1], NULL, 10);
  double interval = atof(words[2]);
  char request[8192];
  int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: target\r\n\r\n", words[4]);
  int *sockets = calloc(targets, sizeof *sockets);
  double *due = calloc(targets, sizeof *due);
  int poll = epoll_create1(0);
  double start = now();
  for (uint32_t n = 0; n < targets; n++) {
    sockets[n] = connect_to(n, atoi(words[3]));
    struct epoll_event interest = {.events = EPOLLIN, .data.fd = sockets[n]};
    epoll_ctl(poll, EPOLL_CTL_ADD, sockets[n], &interest);
    due[n] = start + interval * (n * 2654435761u) / 4294967296.0;
  }
  for (;;) {
    double next = start + 1e9, time = now();
    for (uint32_t n = 0; n < targets; n++) {
      if (due[n] <= time) {
        if (write(sockets[n], request, length) != length) return 1;
        due[n] += interval;
      }
      if (due[n] < next) next = due[n];
    }
    struct epoll_event events[64];
    double wait = (next - now()) * 1000;
    int ready = epoll_wait(poll, events, 64, wait < 0 ? 0 : (int)wait + 1);
    for (int i = 0; i < ready; i++)
      if (read(events[i].data.fd, discarded, sizeof discarded) <= 0) return 1;
  }
}
