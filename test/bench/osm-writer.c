// The floor of serving a page: the same bytes, made beforehand, written to whoever asks. One reader at a time, chunks as large as the collector's.
// usage: osm-writer FILE; says its port on the first line, and after each answer how many microseconds of processor time it took.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const size_t chunk_bytes = 64 * 1024;

static long processor_us(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000L + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void write_all(int fd, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written <= 0) exit(1);
    bytes += written;
    length -= written;
  }
}

int main(int count, char **words) {
  if (count != 2) return 2;
  FILE *file = fopen(words[1], "r");
  if (!file || fseek(file, 0, SEEK_END) != 0) return 1;
  size_t length = ftell(file);
  char *page = malloc(length + 1), request[8192], head[128];
  rewind(file);
  if (fread(page, 1, length, file) != length) return 1;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 8) != 0) return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  for (;;) {
    int fd = accept(listener, NULL, NULL);
    long began = processor_us();
    if (fd < 0 || read(fd, request, sizeof request) <= 0) return 1;
    int head_length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\ncontent-length: %zu\r\nconnection: close\r\n\r\n", length);
    write_all(fd, head, head_length);
    for (size_t at = 0; at < length; at += chunk_bytes)
      write_all(fd, page + at, length - at < chunk_bytes ? length - at : chunk_bytes);
    close(fd);
    printf("%ld\n", processor_us() - began);
    fflush(stdout);
  }
}
