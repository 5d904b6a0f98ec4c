package directus

import (
	"net/http"

	"github.com/nate-go/nate/schemas"
)

// assetsResource: https://directus.io/docs/api/assets
func assetsResource() resource {
	return resource{name: "assets", title: "Asset", first: "get", operations: []operation{
		{
			name: "get", title: "Get", action: "Get an asset", about: "Download a file, an image in another size or format if need be",
			method: http.MethodGet, path: "assets/{id}", do: getAsset,
			form: []schemas.Property{
				jsonParameters(), queryParametersJSON(), idField(""),
				boolField("includeFileData", "Include File Data", false, "Whether to put out what Directus knows of the file, too"),
				outputFileField(),
				unlessJSON(additionalFields(
					choiceField("fit", "Fit", "contain", "How an image fits into width and height", "Contain", "contain", "Cover", "cover", "Inside", "inside", "Outside", "outside"),
					choiceField("format", "Format", "jpg", "The format that an image is turned into",
						"AVIF", "avif", "JPG", "jpg", "PNG", "png", "TIFF", "tiff", "WEBP", "webp"),
					numberField("height", "Height", nil, map[string]any{"minValue": 1}, "The height in pixels"),
					textField("key", "Key", "", "The key of a preset from the settings"),
					numberField("quality", "Quality", 50, map[string]any{"maxValue": 100, "minValue": 1}, "The quality of a format that loses some"),
					jsonField("transforms", "Transforms (JSON)", "", "Further changes, as a JSON array"),
					numberField("width", "Width", nil, map[string]any{"minValue": 1}, "The width in pixels"),
					boolField("withoutEnlargement", "Without Enlargement", false, "Whether to leave a smaller image as it is"),
				)),
			},
			query: values{more: "additionalFields", moreJSON: []string{"transforms"}, json: "queryParametersJson"},
		},
		{
			name: "zipFiles", title: "Get Files as ZIP", action: "Get files as ZIP", about: "Download several files in one ZIP file",
			method: http.MethodPost, path: "assets/files", file: true,
			form: []schemas.Property{jsonField("ids", "IDs (JSON)", `["`+uuid+`"]`, "The ids of the files as a JSON array"), outputFileField()},
			body: values{fields: []field{{key: "ids", parameters: []string{"ids"}, required: true, json: true}}},
		},
		{
			name: "zipFolder", title: "Get a Folder as ZIP", action: "Get a folder as ZIP", about: "Download the files of a folder in one ZIP file",
			method: http.MethodPost, path: "assets/folder/{id}", file: true, form: []schemas.Property{idField(uuid), outputFileField()},
		},
	}}
}

// filesResource: https://directus.io/docs/api/files
func filesResource() resource {
	f := family{path: "files", one: "a file", many: "files", id: uuid, data: `{"tags": ["cities"]}`}
	return resource{name: "files", title: "File", first: "list", operations: []operation{
		{
			name: "create", title: "Create / Upload", action: "Upload a file", about: "Upload a file of the input item, or register one by its data",
			method: http.MethodPost, path: "files", do: uploadFile,
			form: []schemas.Property{sendBinaryData(), shownIf(inputFileField(), "sendBinaryData", true), additionalFields(fileObject())},
		},
		f.delete(), f.deleteMultiple(), f.get(),
		{
			name: "import", title: "Import File", action: "Import a file from a URL", about: "Have the server fetch a file",
			method: http.MethodPost, path: "files/import",
			form: []schemas.Property{textField("url", "URL", "", "Where the file is"), additionalFields(fileObject())},
			body: values{fields: []field{
				{key: "data", parameters: []string{"additionalFields.data"}, json: true}, {key: "url", parameters: []string{"url"}, required: true},
			}},
			refusals: []refusal{{
				codes: []string{"SERVICE_UNAVAILABLE"}, message: "Directus could not fetch the file",
				advice: "The server has to reach the URL: by default it fetches from no private address (IMPORT_IP_DENY_LIST).",
			}},
		},
		f.list(),
		{
			name: "update", title: "Update", action: "Update a file", about: "Replace a file's content, change its data, or both",
			method: http.MethodPatch, path: "files/{id}", do: uploadFile,
			form: []schemas.Property{
				sendBinaryData(), idField(uuid), shownIf(inputFileField(), "sendBinaryData", true), updateFields(fileObject()),
			},
		},
		f.updateMultiple(),
		{
			name: "uploadResumable", title: "Upload in Parts", action: "Upload a file in parts",
			about:  "Upload a file of the input item over TUS: a part that is lost is sent again, not the whole (TUS_ENABLED of the server)",
			method: http.MethodPost, path: "files/tus", do: uploadInParts,
			form: []schemas.Property{inputFileField(), additionalFields(
				numberField("chunkSize", "Chunk Size", 10, map[string]any{"minValue": 1}, "The size of a part in MB"),
				textField("folder", "Folder", uuid, "The folder that it is put into"),
				textField("title", "Title", "", "The file's title"),
			)},
		},
	}}
}

func sendBinaryData() schemas.Property {
	return boolField("sendBinaryData", "Send Binary Data", false, "Whether a file of the input item is sent")
}

func inputFileField() schemas.Property {
	p := textField("binaryPropertyName", "Binary Property", "", "The name of the file in the input item")
	p.Default = "data"
	return p
}

func outputFileField() schemas.Property {
	p := textField("binaryPropertyName", "Binary Property", "", "The name of the file in the output item")
	p.Default = "data"
	return p
}

func fileObject() schemas.Property {
	return jsonField("data", "File Object (JSON)", `{"title": "Example"}`, "What is set on the file: title, folder, tags, ...")
}
