package js

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

func TestCorpus(t *testing.T) {
	f, err := os.Open("/work/shared/public-expressions.jsonl")
	if err != nil {
		t.Skip()
	}
	e := New(Options{Extensions: []string{"isEmpty", "toTitleCase", "format", "toDateTime", "first", "last", "replaceAll", "extractEmail", "toInt", "round"}})
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	t0 := time.Now()
	n, bad := 0, 0
	reasons := map[string]int{}
	var wg sync.WaitGroup
	var mu sync.Mutex
	lines := make(chan string, 100)
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for line := range lines {
				_, err := e.Compile(Expression, line)
				mu.Lock()
				n++
				if err != nil {
					bad++
					reasons[err.Error()]++
					if _, ok := err.(*Error); ok && bad < 4000 && reasons[err.Error()] < 3 {
						fmt.Printf("%.200q %v\n", line, err)
					}
				}
				mu.Unlock()
			}
		}()
	}
	for s.Scan() {
		var x struct{ E string }
		_ = json.Unmarshal(s.Bytes(), &x)
		lines <- x.E
	}
	close(lines)
	wg.Wait()
	fmt.Println(n, bad, time.Since(t0), time.Since(t0)/time.Duration(n))
	for r, c := range reasons {
		if c > 3 {
			fmt.Println(c, r)
		}
	}
}
