// Package forms has the parts that the parameters of several of n8n's nodes are made of. Each call returns values of its
// own, which the caller may change.
package forms

import (
	"encoding/json"
	"slices"

	"github.com/nate-go/nate/schemas"
)

// Options are what n8n calls so: a collection of parameters of which the user adds those that are wanted. shown is nil
// where they are always offered.
func Options(shown *schemas.DisplayOptions, fields ...schemas.Property) schemas.Property {
	return schemas.Property{
		DisplayName: "Options", Name: "options", Type: schemas.Collection, Default: map[string]any{}, DisplayOptions: shown,
		Fields: fields, Placeholder: "Add option",
	}
}

// If are properties that are shown under further conditions, which stand behind their own.
func If(shown *schemas.DisplayOptions, properties ...schemas.Property) []schemas.Property {
	return each(properties, func(own *schemas.DisplayOptions) *schemas.DisplayOptions { return both(own, shown) })
}

// Within are properties that are shown under further conditions, which stand before their own.
func Within(shown *schemas.DisplayOptions, properties ...schemas.Property) []schemas.Property {
	return each(properties, func(own *schemas.DisplayOptions) *schemas.DisplayOptions { return both(shown, own) })
}

func each(properties []schemas.Property, shown func(own *schemas.DisplayOptions) *schemas.DisplayOptions) []schemas.Property {
	properties = slices.Clone(properties)
	for i := range properties {
		properties[i].DisplayOptions = shown(properties[i].DisplayOptions)
	}
	return properties
}

// both are the conditions of a and then those of b; neither is changed.
func both(a, b *schemas.DisplayOptions) *schemas.DisplayOptions {
	all := &schemas.DisplayOptions{}
	for _, d := range []*schemas.DisplayOptions{a, b} {
		if d != nil {
			all.Show, all.Hide = append(all.Show, d.Show...), append(all.Hide, d.Hide...)
		}
	}
	return all
}

// Choices are options whose values are what they are called.
func Choices(names ...string) []schemas.Option {
	choices := make([]schemas.Option, len(names))
	for i, name := range names {
		choices[i] = schemas.Option{Name: name, Value: name}
	}
	return choices
}

// Extra is a key of a property that only n8n's editor reads, and its JSON.
func Extra(key, value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{key: json.RawMessage(value)}
}

// FieldName says to n8n's editor that the parameter is the name of a field.
func FieldName() map[string]json.RawMessage { return Extra("requiresDataPath", `"single"`) }

// FieldNames says to n8n's editor that the parameter is a list of names of fields.
func FieldNames() map[string]json.RawMessage { return Extra("requiresDataPath", `"multiple"`) }
