package schemas_test

import (
	"encoding/json"
	"fmt"

	"github.com/nate-go/nate/schemas"
)

func ExampleValidate() {
	text := []byte(`[
  {"id": "1", "name": "Directus", "type": "directusApi", "data": {"url": "https://cms.example.com"}},
  {"id": "2", "name": "Slack", "data": []}
]`)
	var doc any
	if err := json.Unmarshal(text, &doc); err != nil {
		panic(err)
	}
	wrong := schemas.Validate(schemas.CredentialsFile, doc)
	wrong.Locate(text)
	for _, d := range wrong {
		fmt.Printf("line %d, %s: %s\n", d.Line, d.Pointer, d.Message)
	}
	// Output:
	// line 3, /1: type is missing
	// line 3, /1/data: data is an array, not an object or a string
}

func ExampleDisplayOptions_Displayed() {
	onlyNewLogin := schemas.Show("resource", "auth").And("operation", "login").And("@version", schemas.Cnd("gte", 1.1))
	fmt.Println(onlyNewLogin.Displayed(schemas.Scope{Siblings: values{"resource": "auth", "operation": "login"}, Version: 1.1}))
	fmt.Println(onlyNewLogin.Displayed(schemas.Scope{Siblings: values{"resource": "auth", "operation": "login"}, Version: 1}))
	fmt.Println(onlyNewLogin.Displayed(schemas.Scope{Siblings: values{"resource": "={{ $json.resource }}"}, Version: 1}))
	// Output:
	// true
	// false
	// true
}

func ExampleForProperties() {
	text, err := schemas.ForProperties("mail@1", []schemas.Property{
		{DisplayName: "To", Name: "to", Type: schemas.String, Default: "", Required: true},
		{DisplayName: "Copies", Name: "copies", Type: schemas.Number, Default: 1, DisplayOptions: schemas.Show("@version", schemas.Cnd("gte", 2))},
	}, 1)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
	// Output:
	// {"$schema":"http://json-schema.org/draft-07/schema#","title":"mail@1","type":["object","null"],"properties":{"to":{"title":"To","default":"","type":["string","number","boolean","null"],"allOf":[{"not":{"const":""}}]}},"required":["to"]}
}
