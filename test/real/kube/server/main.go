// kube-server: a real kube-apiserver with an etcd inside, in one process, for tests on this machine.
//
//	kube-server -dir D [-- flags of kube-apiserver]
//
// Prints "READY <kubeconfig> <url>" once /readyz is good. It listens on 127.0.0.1 only and ends when its stdin does, so that a test that is killed leaves
// none behind. Started again with the same folder it has the same data, ports, certificate and tokens; SIGKILL is safe.
// RBAC is on. There are no controllers, no scheduler and no kubelet: what they would write is the test's to write.
package main

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/client-go/tools/clientcmd"
	clientapi "k8s.io/client-go/tools/clientcmd/api"
	certutil "k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

// lasting is what stays the same from one start to the next.
type lasting struct {
	Port, EtcdPort, EtcdPeerPort int
	Token                        string
}

func (l lasting) url() string { return fmt.Sprintf("https://127.0.0.1:%d", l.Port) }

func main() {
	log.SetPrefix("kube-server: ")
	dir := flag.String("dir", "", "folder for everything that stays, made if absent")
	flag.Parse()
	if *dir == "" {
		log.Fatal("-dir is missing")
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	kept := keep(*dir)
	startEtcd(*dir, kept)
	go sayWhenReady(*dir, kept)
	server := app.NewAPIServerCommand()
	server.SetArgs(append(serverFlags(*dir, kept), flag.Args()...))
	check(server.Execute())
}

// keep reads what an earlier start left, or makes it: keys, the admin's kubeconfig, ports.
func keep(dir string) (kept lasting) {
	check(os.MkdirAll(dir, 0o700))
	file := filepath.Join(dir, "lasting.json")
	if text, err := os.ReadFile(file); err == nil {
		check(json.Unmarshal(text, &kept))
		return kept
	}
	token := make([]byte, 16)
	_, err := rand.Read(token)
	check(err)
	kept = lasting{Port: freePort(), EtcdPort: freePort(), EtcdPeerPort: freePort(), Token: hex.EncodeToString(token)}
	certificate, key, err := certutil.GenerateSelfSignedCertKey("127.0.0.1", []net.IP{net.ParseIP("127.0.0.1")}, []string{"localhost"})
	check(err)
	signingKey, err := keyutil.MakeEllipticPrivateKeyPEM()
	check(err)
	write := func(name string, content []byte) { check(os.WriteFile(filepath.Join(dir, name), content, 0o600)) }
	write("tls.crt", certificate)
	write("tls.key", key)
	write("sa.key", signingKey)
	write("tokens.csv", []byte(kept.Token+",admin,admin,system:masters\n"))
	check(clientcmd.WriteToFile(adminConfig(kept, certificate), filepath.Join(dir, "kubeconfig")))
	text, err := json.Marshal(kept)
	check(err)
	write("lasting.json", text) // last: with it the folder is whole
	return kept
}

func adminConfig(kept lasting, certificate []byte) clientapi.Config {
	config := clientapi.NewConfig()
	config.Clusters["test"] = &clientapi.Cluster{Server: kept.url(), CertificateAuthorityData: certificate}
	config.AuthInfos["admin"] = &clientapi.AuthInfo{Token: kept.Token}
	config.Contexts["test"] = &clientapi.Context{Cluster: "test", AuthInfo: "admin"}
	config.CurrentContext = "test"
	return *config
}

func startEtcd(dir string, kept lasting) {
	at := func(port int) []url.URL { return []url.URL{{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}} }
	config := embed.NewConfig()
	config.Dir = filepath.Join(dir, "etcd")
	config.LogLevel, config.LogOutputs = "error", []string{filepath.Join(dir, "etcd.log")}
	config.UnsafeNoFsync = true // a killed process loses nothing, a power cut does not come
	// As kubeadm has it: with etcd's own ten minutes a quiet resource gets no bookmarks.
	config.WatchProgressNotifyInterval = 5 * time.Second
	config.ListenClientUrls, config.AdvertiseClientUrls = at(kept.EtcdPort), at(kept.EtcdPort)
	config.ListenPeerUrls, config.AdvertisePeerUrls = at(kept.EtcdPeerPort), at(kept.EtcdPeerPort)
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	check(err)
	<-etcd.Server.ReadyNotify()
}

func serverFlags(dir string, kept lasting) []string {
	in := func(name string) string { return filepath.Join(dir, name) }
	return []string{
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", kept.EtcdPort),
		"--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", fmt.Sprintf("--secure-port=%d", kept.Port),
		"--endpoint-reconciler-type=none", "--service-cluster-ip-range=10.96.0.0/16",
		"--tls-cert-file=" + in("tls.crt"), "--tls-private-key-file=" + in("tls.key"), "--cert-dir=" + dir,
		"--service-account-issuer=" + kept.url(),
		"--service-account-key-file=" + in("sa.key"), "--service-account-signing-key-file=" + in("sa.key"),
		"--token-auth-file=" + in("tokens.csv"), "--authorization-mode=RBAC",
		"--disable-admission-plugins=ServiceAccount", // it wants every pod's account, which no controller makes here
	}
}

func sayWhenReady(dir string, kept lasting) {
	client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for ; ; time.Sleep(50 * time.Millisecond) {
		request, err := http.NewRequest("GET", kept.url()+"/readyz", nil)
		check(err)
		request.Header.Set("Authorization", "Bearer "+kept.Token)
		answer, err := client.Do(request)
		if err != nil {
			continue
		}
		_ = answer.Body.Close()
		if answer.StatusCode == http.StatusOK {
			fmt.Println("READY", filepath.Join(dir, "kubeconfig"), kept.url())
			return
		}
	}
}

func freePort() int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
