// Package directustest is a Directus inside the process, for tests, Examples and trials: a server on loopback that speaks Directus's
// authentication API and the basics of items, users and files as Directus 12.4.1 does, byte for byte where a client can tell.
//
//	srv, err := directustest.New()
//	if err != nil { ... }
//	defer srv.Close()
//	tokens, err := srv.Login(directustest.AdminEmail)      // a fresh pair, without a request
//	http.Post(srv.URL()+"/auth/refresh", "application/json", ...)
//
// Beside that it keeps items, users and files in memory: they can be created, read, updated, deleted and listed (limit, page, offset, sort,
// fields, meta, and filter with _eq, _neq, _in, _null, _and and _or) by an administrator, one or several in a request. [WithCollection] says
// which collections there are.
//
// It answers POST /auth/login, /auth/refresh, /auth/logout, /auth/password/request and /auth/password/reset, and GET /auth, /users/me and
// /server/ping, /items/{collection}, /users and /files with and without an id, GET /assets/{id}, and of /fields/{collection} what tells the
// primary key. A request for anything else that Directus has is answered with 501 and an error body that says so; one for what Directus
// hasn't either, with Directus's 404.
//
// A test moves time with [WithClock], locks a user out with [Handler.Suspend], and lets requests go wrong with [Handler.FailNext] and the
// [Fault] functions: an answer lost after the token was rotated, a reset connection, a cut-off body, a rate limit.
// [Handler.Requests] lists what was asked.
//
// The conformance test of this package runs one table of probes against this server and, where NATE_DIRECTUS_URL is set, against that
// real Directus (scripts/directus.sh starts one), so that the two can't drift apart. It differs from Directus on purpose in this:
//
//   - Login and password requests are answered at once; Directus takes half a second for them (LOGIN_STALL_TIME).
//   - Of several refreshes of one token at the same time one wins and the others get 401. Directus may answer several of them with 200,
//     and all but one of those refresh tokens are dead.
//   - An email address needs a plausible top-level domain; Directus looks it up in the public list.
//   - Nobody but administrators may do anything with items, users and files. There are no relations, and files are not looked into: an image
//     has no width and height.
//   - Bodies must be UTF-8 without a Content-Encoding.
//   - There is no Content-Security-Policy header, and no 304.
package directustest
