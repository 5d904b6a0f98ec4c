package js

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"
)

const hostile = `
	const functions = [], seen = new Set();
	const walk = (x, path) => {
		if ((typeof x !== 'object' && typeof x !== 'function') || x === null || seen.has(x)) return;
		seen.add(x);
		if (typeof x === 'function') functions.push([path, x]);
		for (const key of Reflect.ownKeys(x)) {
			const d = Reflect.getOwnPropertyDescriptor(x, key), p = path + '.' + String(key);
			if ('value' in d) walk(d.value, p); else { walk(d.get, p + '(get)'); walk(d.set, p + '(set)'); }
		}
		walk(Reflect.getPrototypeOf(x), path + '.[proto]');
	};
	walk(globalThis, '');
	for (const x of [function*(){}, async function(){}, async function*(){}, [].values(), new Map().keys(), new Set().keys(), ''.matchAll(/a/g), ''[Symbol.iterator](), Int8Array.prototype]) walk(x, 'hidden');
	if (INDEX >= functions.length) return 'end';
	const sparse = () => { const a = []; a.length = 4294967295; return a; };
	const like = () => ({ length: 2 ** 53 - 1 });
	const text = () => 'a'.repeat(1e7);
	const needle = () => 'a'.repeat(5e6) + 'b';
	const bytes = () => new Uint8Array(3e7);
	const iter = () => sparse().values();
	const setlike = () => ({ size: 1, has: () => false, keys: () => sparse().values() });
	const make = [
		[sparse, () => []], [like, () => []], [like, () => [1]], [sparse, () => [1]], [sparse, () => [sparse()]], [() => [], () => [sparse()]],
		[() => [], () => [like()]], [text, () => [needle()]], [text, () => [needle(), 'x']], [text, () => []], [() => undefined, () => [sparse()]],
		[() => undefined, () => [text(), needle()]], [() => undefined, () => [like()]], [bytes, () => []], [bytes, () => [1]], [bytes, () => [sparse()]],
		[iter, () => []], [iter, () => [2 ** 53 - 1]], [() => new Set([1]), () => [setlike()]], [() => new Set([1]), () => [sparse()]],
		[() => 2n ** 1000000n, () => [36]], [() => undefined, () => [2 ** 53 - 1]], [() => [], () => [2 ** 53 - 1]], [() => 'a', () => [2 ** 29]],
		[() => undefined, () => [undefined, sparse()]], [() => undefined, () => [x => x, undefined, sparse()]], [() => x => x, () => [undefined, sparse()]],
		[() => [sparse()], () => []], [() => [[sparse()]], () => [Infinity]], [() => undefined, () => [[sparse()]]], [() => /(a*)*b/, () => [text()]], [() => undefined, () => [iter()]],
	][COMBO];
	if (!make) return 'end';
	const [path, f] = functions[INDEX];
	if (NEW) { try { new f(...make[1]()) } catch {} } else { try { Reflect.apply(f, make[0](), make[1]()) } catch {} }
	return path;
`

func TestHostileExplore(t *testing.T) {
	if os.Getenv("HOSTILE") == "" {
		t.Skip()
	}
	start, _ := strconv.Atoi(os.Getenv("HOSTILE"))
	e := New(Options{})
	defer e.Close()
	last := time.Now()
	for i := start; ; i++ {
		for j := 0; ; j++ {
			end := false
			for _, n := range []string{"false", "true"} {
				p, err := e.Compile(Code, "const INDEX="+strconv.Itoa(i)+", COMBO="+strconv.Itoa(j)+", NEW="+n+";"+hostile)
				if err != nil {
					t.Fatal(err)
				}
				done := make(chan struct{})
				go func() {
					select {
					case <-done:
					case <-time.After(20 * time.Second):
						fmt.Println("HANG", i, j, n)
						os.Exit(3)
					}
				}()
				t0 := time.Now()
				r, err := e.Run(context.Background(), Run{Program: p, Limits: Limits{Time: 100 * time.Millisecond, Memory: 256 << 20}, Text: true})
				close(done)
				if d := time.Since(t0); d > time.Second {
					fmt.Println("SLOW", i, j, n, d, r, err)
				}
				_ = r
				end = v_end
			}
			if end || j >= 31 {
				break
			}
		}
		if i%50 == 0 {
			fmt.Println(i, time.Since(last))
		}
		if i > 1400 {
			break
		}
	}
}

var v_end bool
