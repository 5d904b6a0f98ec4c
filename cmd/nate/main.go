// Command nate runs n8n workflow files.
package main

import (
	"os"

	"github.com/nate-go/nate/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
