// Package httpx carries the HTTP requests of nodes and holds them to a policy of where they may go.
package httpx

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Policy says where requests may go. The zero Policy allows every host and every address but link-local ones, where
// clouds keep the secrets of their machines.
type Policy struct {
	// AllowedHosts are the host names that may be asked; empty: all. "*.example.com" stands for all hosts below
	// example.com. A port is not looked at.
	AllowedHosts []string
	// DenyPrivate refuses loopback, private and other addresses that are not public.
	DenyPrivate bool
	// AllowLinkLocal allows link-local addresses (169.254.0.0/16, fe80::/10).
	AllowLinkLocal bool
}

// RefusedError says that a policy does not let a request go where it wants to. Nothing was sent.
type RefusedError struct {
	// Host is the name or address that was refused.
	Host   string
	Reason string
}

// Error names the host and the reason.
func (e *RefusedError) Error() string {
	return fmt.Sprintf("requests to %s are not allowed: %s", e.Host, e.Reason)
}

// refuse is a refusal in the shape of a failure to connect, so that callers see that nothing was sent.
func refuse(host, reason string) error {
	return &net.OpError{Op: "dial", Net: "tcp", Err: &RefusedError{host, reason}}
}

// Host returns a *RefusedError (below a *net.OpError "dial") when a host name, or an address given in its place, is not
// allowed. Host names are checked again once they are resolved: see Address.
func (p Policy) Host(host string) error {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !p.allowed(host) {
		return refuse(host, "it is not among the allowed hosts")
	}
	if addr, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return p.Address(addr)
	}
	return nil
}

func (p Policy) allowed(host string) bool {
	for _, pattern := range p.AllowedHosts {
		pattern = strings.ToLower(pattern)
		if pattern == host {
			return true
		}
		if below, ok := strings.CutPrefix(pattern, "*."); ok && strings.HasSuffix(host, "."+below) {
			return true
		}
	}
	return len(p.AllowedHosts) == 0
}

// notPublic are the ranges beside those that netip knows as private, loopback and the like.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"), // carriers' own
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), // benchmarks
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b:1::/48"),
}

// embedded are the IPv6 ranges that stand for an IPv4 address in their last four bytes.
var embedded = []netip.Prefix{netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("::/96")}

// Address returns an error when an address is not allowed. An IPv6 address that stands for an IPv4 one counts as that.
func (p Policy) Address(addr netip.Addr) error {
	shown := addr.String()
	addr = addr.Unmap().WithZone("")
	for _, prefix := range embedded {
		if addr.Is6() && prefix.Contains(addr) && !addr.IsLoopback() && !addr.IsUnspecified() {
			b := addr.As16()
			addr = netip.AddrFrom4([4]byte(b[12:16]))
		}
	}
	if addr.IsLinkLocalUnicast() && !p.AllowLinkLocal {
		return refuse(shown, "it is a link-local address")
	}
	if !p.DenyPrivate {
		return nil
	}
	public := addr.IsGlobalUnicast() && !addr.IsPrivate()
	for _, prefix := range notPublic {
		public = public && !prefix.Contains(addr)
	}
	if !public {
		return refuse(shown, "it is not a public address")
	}
	return nil
}

// Transport returns a RoundTripper that holds every request to the policy: the host before anything is sent and, where
// base is nil, each address that a connection is made to. A nil base is a transport with Go's defaults; with DenyPrivate it
// uses no proxy. Of another base only the hosts can be checked.
func (p Policy) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = shared(dialPolicy{p.DenyPrivate, p.AllowLinkLocal})
	}
	return &transport{p, base}
}

// Options are settings of a transport; see node.TransportOptions.
type Options struct {
	Proxy                            string
	SkipVerify                       bool
	CA, Certificate, Key, Passphrase string
}

// TransportWith returns a RoundTripper as Transport does, with other settings than Go's defaults. A proxy must be allowed by the policy
// as a host is, and can't be used with DenyPrivate: it would resolve names where nobody checks the address.
func (p Policy) TransportWith(o Options) (http.RoundTripper, error) {
	key := withOptions{dialPolicy{p.DenyPrivate, p.AllowLinkLocal}, o}
	proxy, err := o.proxy(p)
	if err != nil {
		return nil, err
	}
	if t, ok := transports.Load(key); ok {
		return &transport{p, t.(http.RoundTripper)}, nil //nolint:forcetypeassert // nothing else is stored
	}
	t := newTransport(key.dialPolicy)
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	if t.TLSClientConfig, err = o.tls(); err != nil {
		return nil, err
	}
	kept := http.RoundTripper(t)
	if o.Certificate == "" && o.Key == "" { // keys do not stay in memory beyond their use
		stored, _ := transports.LoadOrStore(key, t)
		kept = stored.(http.RoundTripper) //nolint:forcetypeassert // nothing else is stored
	} else {
		t.DisableKeepAlives = true
	}
	return &transport{p, kept}, nil
}

type withOptions struct {
	dialPolicy
	Options
}

func (o Options) proxy(p Policy) (*url.URL, error) {
	if o.Proxy == "" {
		return nil, nil
	}
	u, err := url.Parse(o.Proxy)
	if err != nil || u.Host == "" {
		return nil, errors.New("the proxy is no URL such as http://proxy.example.com:3128") // not shown: it may hold a password
	}
	switch u.Scheme {
	case "http", "https", "socks5", "socks5h":
	default:
		return nil, fmt.Errorf("proxies of the kind %q are not supported: http, https and socks5 are", u.Scheme)
	}
	if p.DenyPrivate {
		return nil, refuse(u.Hostname(), "a proxy can reach addresses that are not public")
	}
	return u, p.Host(u.Hostname())
}

func (o Options) tls() (*tls.Config, error) {
	c := &tls.Config{InsecureSkipVerify: o.SkipVerify, MinVersion: tls.VersionTLS12} //nolint:gosec // what the user asks for
	if o.CA != "" {
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM([]byte(o.CA)) {
			return nil, errors.New("the CA of the SSL certificates is no certificate in PEM form")
		}
	}
	if o.Certificate != "" || o.Key != "" {
		if o.Passphrase != "" {
			return nil, errors.New("SSL certificates with a passphrase are not supported: store the key without one")
		}
		pair, err := tls.X509KeyPair([]byte(o.Certificate), []byte(o.Key))
		if err != nil {
			return nil, errors.New("the SSL certificate and its key can't be used: both must be in PEM form and belong together")
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// dialPolicy is the part of a policy that connections are held to.
type dialPolicy struct{ denyPrivate, allowLinkLocal bool }

// transports are the transports by what their connections are held to. They are shared, so that many plans do not each
// keep connections of their own.
var transports sync.Map //nolint:gochecknoglobals // a cache

func shared(d dialPolicy) http.RoundTripper {
	if t, ok := transports.Load(d); ok {
		return t.(http.RoundTripper) //nolint:forcetypeassert // nothing else is stored
	}
	kept, _ := transports.LoadOrStore(d, newTransport(d))
	return kept.(http.RoundTripper) //nolint:forcetypeassert // nothing else is stored
}

func newTransport(d dialPolicy) *http.Transport {
	p := Policy{DenyPrivate: d.denyPrivate, AllowLinkLocal: d.allowLinkLocal}
	dialer := &net.Dialer{
		Timeout:   30 * time.Second,
		KeepAlive: 30 * time.Second,
		ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return refuse(address, "it is no address")
			}
			return p.Address(to.Addr())
		},
	}
	t := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http says so
	t.DialContext = dialer.DialContext
	t.MaxIdleConnsPerHost = 100
	if d.denyPrivate {
		t.Proxy = nil // a proxy would resolve names where nobody checks the address
	}
	return t
}

type transport struct {
	policy Policy
	base   http.RoundTripper
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.policy.Host(req.URL.Hostname()); err != nil {
		if req.Body != nil {
			_ = req.Body.Close() // as a RoundTripper must
		}
		return nil, err
	}
	return t.base.RoundTrip(req)
}

// CloseIdleConnections closes connections that are kept open for later requests.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}
