package mime_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nate-go/nate/internal/mime"
)

// What n8n 2.41.1 made of contents without a name; text/plain is none here.
func TestOfContent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ content, mediaType, extension string }{
		{"BEGIN:VCALENDAR\r\n", "text/calendar", "ics"},
		{"BEGIN:VCARD\n", "text/vcard", "vcf"},
		{"<?xml version=\x221.0\x22?><a/>", "application/xml", "xml"},
		{"\xEF\xBB\xBF<?xml version=\x221.0\x22?><a/>", "application/xml", "xml"},
		{"<svg xmlns=\x22x\x22></svg>", "", ""},
		{"<?xml version=\x221.0\x22?><svg/>", "application/xml", "xml"},
		{"<html></html>", "", ""},
		{"{\x22a\x22:1}", "", ""},
		{"a,b\n", "", ""},
		{"\xFF\xFE<\x00?\x00x\x00m\x00l\x00 ", "application/xml", "xml"},
		{"{\x5Crtf1 x}", "application/rtf", "rtf"},
		{"%!PS-Adobe-3.0 x", "application/postscript", "ps"},
		{"%!PS-Adobe-3.0 EPSF-3.0", "application/eps", "eps"},
		{"%PDF-1.4 xx", "application/pdf", "pdf"},
		{"GIF89a\x01\x00\x01", "image/gif", "gif"},
		{"\xFF\xD8\xFF\xE0\x00\x10JFIF", "image/jpeg", "jpg"},
		{"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", "webp"},
		{"BM", "image/bmp", "bmp"},
		{"II*\x00\x08", "image/tiff", "tif"},
		{"\x00\x00\x01\x00", "image/x-icon", "ico"},
		{"\x1F\x8B\x08", "application/gzip", "gz"},
		{"BZh91AY&SY", "application/x-bzip2", "bz2"},
		{"\xFD7zXZ\x00", "application/x-xz", "xz"},
		{"(\xB5/\xFD", "application/zstd", "zst"},
		{"7z\xBC\xAF'\x1C\x00\x04", "application/x-7z-compressed", "7z"},
		{"Rar!\x1A\x07", "application/x-rar-compressed", "rar"},
		{"ID3\x03", "", ""},
		{"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav", "wav"},
		{"OggS", "application/ogg", "ogx"},
		{"fLaC", "audio/flac", "flac"},
		{"\x00asm\x01", "application/wasm", "wasm"},
		{"SQLite format 3", "application/x-sqlite3", "sqlite"},
		{"\x7FELF", "application/x-elf", "elf"},
		{"MZ", "application/x-msdownload", "exe"},
		{"wOFF\x00\x01\x00\x00", "font/woff", "woff"},
		{"wOF2\x00\x01\x00\x00", "font/woff2", "woff2"},
		{"\x00\x01\x00\x00\x00", "font/ttf", "ttf"},
		{"OTTO\x00", "font/otf", "otf"},
		{"8BPS", "image/vnd.adobe.photoshop", "psd"},
		{"MThd", "audio/midi", "mid"},
		{"FLV\x01", "video/x-flv", "flv"},
		{"\x1AE\xDF\xA3", "", ""},
		{"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "video/mp4", "mp4"},
		{"\x00\x00\x00\x18ftypM4A ", "audio/x-m4a", "m4a"},
		{"\x00\x00\x00\x18ftypheic", "image/heic", "heic"},
		{"\x00\x00\x00\x18ftypavif", "image/avif", "avif"},
		{"\xCA\xFE\xBA\xBE\x00\x00\x004", "application/java-vm", "class"},
		{"LZIP", "application/x-lzip", "lz"},
		{"-----BEGIN CERTIFICATE-----", "", ""},
		{"<?php echo 1;", "", ""},
		{"#!/bin/sh\n", "", ""},
		{"\x01\x02\x03\xC8\xC9", "", ""},
		{"#!AMR\n", "audio/amr", "amr"},
		{"\xFF\xF1P\x80", "audio/aac", "aac"},
		{"FORM\x00\x00\x00\x00AIFF", "audio/aiff", "aif"},
		{"RIFF\x10\x00\x00\x00AVI LIST", "video/vnd.avi", "avi"},
		{"MSCF", "application/vnd.ms-cab-compressed", "cab"},
		{"!<arch>\ndebian-binary", "application/x-deb", "deb"},
		{"!<arch>\nxx", "", ""},
		{"Cr24\x03", "application/x-google-chrome-extension", "crx"},
		{"FWS\x05", "application/x-shockwave-flash", "swf"},
		{"\x00\x00\x00\x0CjP  \r\n\x87\n", "", ""},
		{"PAR1", "application/vnd.apache.parquet", "parquet"},
		{"ARROW1\x00\x00", "application/vnd.apache.arrow.file", "arrow"},
		{"\xD4\xC3\xB2\xA1", "application/vnd.tcpdump.pcap", "pcap"},
		{"L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00F", "application/x.ms.shortcut", "lnk"},
		{"\x00\x00\x00\x14ftyp3gp5", "video/3gpp", "3gp"},
		{"\x00\x00\x00\x14ftypqt  ", "video/quicktime", "mov"},
		{"MAC ", "audio/ape", "ape"},
		{"wvpk", "audio/wavpack", "wv"},
		{"\x00\x00\x01\xBA!", "video/MP1S", "mpg"},
		{"0&\xB2u\x8Ef\xCF\x11\xA6\xD9\x00\xAA\x00b\xCEl", "application/vnd.ms-asf", "asf"},
		{"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00LP", "", ""},
		{"BLENDER-v", "application/x-blender", "blend"},
		{"glTF\x02\x00\x00\x00", "model/gltf-binary", "glb"},
		{"solid x", "model/stl", "stl"},
		{"begin:vcalendar", "", ""},
		{"\x09\x08\x08", "", ""},
		{"WEBVTT\n", "text/vtt", "vtt"},
		{"\xFF\n", "image/jxl", "jxl"},
		{"qoif", "", ""},
		{"icns", "image/icns", "icns"},
		{"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00BOOKMOBI", "application/x-mobipocket-ebook", "mobi"},
		{"ITSF\x03", "application/vnd.ms-htmlhelp", "chm"},
		{"x\x9Cabc", "", ""},
		{"\xEF\xBB\xBFBEGIN:VCARD", "text/vcard", "vcf"},
		{"ttcf", "font/collection", "ttc"},
		{"xx-lh5-", "application/x-lzh-compressed", "lzh"},
		{"\xEF\xBB\xBF%PDF-1.4", "application/pdf", "pdf"},
		{"-----BEGIN PGP MESSAGE-----", "application/pgp-encrypted", "pgp"},
		{"regf", "application/x-ft-windows-registry-hive", "dat"},
		{"\x06\x06\xED\xF5\xD8\x1DF\xE5\xBD1\xEF\xE7\xFEt\xB7\x1D", "application/x-indesign", "indd"},
		{"gimp xcf ", "image/x-xcf", "xcf"},
		{"ORC", "", ""},
		{"\x00\x00\x00\x00\x00\x00\x00**ACE**", "application/x-ace-compressed", "ace"},
		{"`\xEA", "application/x-arj", "arj"},
		{"PK\x05\x06", "application/zip", "zip"},
		{strings.Repeat("\x00", 257) + "ustar", "application/x-tar", "tar"},
		{strings.Repeat("\x00", 128) + "DICM", "application/dicom", "dcm"},
		{zipOf("[Content_Types].xml", "x", "xl/workbook.xml", "y"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
		{zipOf("mimetype", "application/epub+zip", "a", ""), "application/epub+zip", "epub"},
		{zipOf("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet", "ods"},
		{zipOf("xl", "no folder", "a.xml", "x"), "application/zip", "zip"},
		{"\xFF\xFEa\x00", "", ""}, // UTF-16; n8n says that it is audio
		{"ID3\x03\x00\x00\x00\x00\x7F\x7F", "audio/mpeg", "mp3"},
		{"ID3\x03\x00\x00\x00\x00\x00\x00\xFF\xFB\x90", "audio/mpeg", "mp3"},
		{"OggS" + strings.Repeat("\x00", 24) + "OpusHead", "audio/ogg; codecs=opus", "opus"},
		{"\x1A\x45\xDF\xA3\x01\x42\x82\x84webm", "video/webm", "webm"},
	} {
		mediaType, extension := mime.OfContent([]byte(c.content))
		require.Equal(t, c.mediaType, mediaType, "%q", c.content)
		require.Equal(t, c.extension, extension, "%q", c.content)
	}
}

// zipOf is an archive of files that are stored as they are, less its directory.
func zipOf(namesAndContents ...string) string {
	var b strings.Builder
	for i := 0; i < len(namesAndContents); i += 2 {
		name, content := namesAndContents[i], namesAndContents[i+1]
		b.WriteString("PK\x03\x04" + strings.Repeat("\x00", 14) + string(rune(len(content))) + "\x00\x00\x00" + strings.Repeat("\x00", 4))
		b.WriteString(string(rune(len(name))) + "\x00\x00\x00" + name + content)
	}
	return b.String()
}

func FuzzOfContent(f *testing.F) {
	for _, seed := range []string{zipOf("mimetype", "x"), "ID3\x03\x00\x00\x00\x00\x00\x05abc", "\xFF\xFB", "RIFF", "\x00\x00\x00\x18ftyp"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		mediaType, extension := mime.OfContent(content)
		require.Equal(t, mediaType == "", extension == "")
	})
}
