package js

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// domainToASCII writes a domain as DNS knows it: lower case, other letters in Punycode (RFC 3492). It is false for what no
// domain can hold.
func domainToASCII(domain string) (string, bool) {
	labels := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(domain))+"\x00", func(r rune) bool { return r == '.' || r == '。' })
	dots := strings.Count(domain, ".") + strings.Count(domain, "。")
	if len(labels) != dots+1 {
		labels = strings.Split(strings.ToLower(norm.NFKC.String(strings.ReplaceAll(domain, "。", "."))), ".")
	} else {
		labels[len(labels)-1] = strings.TrimSuffix(labels[len(labels)-1], "\x00")
	}
	for i, label := range labels {
		encoded, ok := punycode(label)
		if !ok {
			return "", false
		}
		labels[i] = encoded
	}
	return strings.Join(labels, "."), true
}

func punycode(label string) (string, bool) {
	const (
		base, tmin, tmax, skew, damp = 36, 1, 26, 38, 700
		digits                       = "abcdefghijklmnopqrstuvwxyz0123456789"
	)
	var out []byte
	runes := []rune(label)
	for _, r := range runes {
		if r < 0x80 {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	if basic == len(runes) {
		return label, true
	}
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias, handled := rune(128), 0, 72, basic
	for handled < len(runes) {
		next := rune(0x7FFFFFFF)
		for _, r := range runes {
			if r >= n && r < next {
				next = r
			}
		}
		if int(next-n) > (1<<31-1-delta)/(handled+1) {
			return "", false
		}
		delta += int(next-n) * (handled + 1)
		n = next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := min(max(k-bias, tmin), tmax)
				if q < t {
					break
				}
				out = append(out, digits[t+(q-t)%(base-t)])
				q = (q - t) / (base - t)
			}
			out = append(out, digits[q])
			// The bias adapts to how far the letters are apart.
			if handled == basic {
				delta /= damp
			} else {
				delta /= 2
			}
			delta += delta / (handled + 1)
			k := 0
			for ; delta > (base-tmin)*tmax/2; k += base {
				delta /= base - tmin
			}
			bias = k + (base-tmin+1)*delta/(delta+skew)
			delta = 0
			handled++
		}
		delta++
		n++
	}
	return "xn--" + string(out), true
}
