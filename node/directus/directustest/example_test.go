package directustest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nate-go/nate/node/directus/directustest"
)

// send posts a refresh token and prints the status and the error code.
func send(srv *directustest.Server, refreshToken string) {
	response, err := http.Post(srv.URL()+"/auth/refresh", "application/json", strings.NewReader(`{"refresh_token":"`+refreshToken+`"}`))
	if err != nil {
		fmt.Println("no answer")
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		fmt.Println("half an answer")
		return
	}
	_, code, _ := strings.Cut(string(body), `"code":"`)
	code, _, _ = strings.Cut(code, `"`)
	fmt.Println(strings.TrimSpace(fmt.Sprint(response.StatusCode, " ", code)))
}

// A refresh token works once.
func Example() {
	srv, err := directustest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()

	tokens, err := srv.Login(directustest.AdminEmail)
	if err != nil {
		panic(err)
	}
	fmt.Println(tokens.Expires, "ms")
	send(srv, tokens.RefreshToken)
	send(srv, tokens.RefreshToken)
	fmt.Println(len(srv.Requests()), "requests")
	// Output:
	// 900000 ms
	// 200
	// 401 INVALID_CREDENTIALS
	// 2 requests
}

// The answer is lost after the token was rotated: asking again can't succeed.
func ExampleHandler_FailNext() {
	srv, err := directustest.New()
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()

	tokens, err := srv.Login(directustest.AdminEmail)
	if err != nil {
		panic(err)
	}
	srv.FailNext("/auth/refresh", 1, directustest.Performed(directustest.Drop()))
	send(srv, tokens.RefreshToken)
	send(srv, tokens.RefreshToken)
	// Output:
	// no answer
	// 401 INVALID_CREDENTIALS
}

// A test moves the clock instead of waiting.
func ExampleWithClock() {
	var passed atomic.Int64
	srv, err := directustest.New(
		directustest.WithClock(func() time.Time { return time.Now().Add(time.Duration(passed.Load())) }),
		directustest.WithRefreshTokenTTL(time.Hour),
		directustest.WithUser(directustest.User{Email: "ann@example.com", Password: "s3cret"}),
	)
	if err != nil {
		panic(err)
	}
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()

	tokens, err := srv.Login("ann@example.com")
	if err != nil {
		panic(err)
	}
	passed.Store(int64(2 * time.Hour))
	send(srv, tokens.RefreshToken)
	// Output:
	// 401 INVALID_CREDENTIALS
}
