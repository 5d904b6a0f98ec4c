package mime

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// kind is a media type with the extension that n8n gives to files without a name.
type kind struct{ mediaType, extension string }

// signature is what stands at a place of a content of a kind.
type signature struct {
	at    int
	bytes string
	kind  kind
}

// signatures are tried in order.
var signatures = []signature{
	{0, "BM", kind{"image/bmp", "bmp"}},
	{0, "\x78\x01\x73\x0D", kind{"application/x-apple-diskimage", "dmg"}},
	{0, "FWS", kind{"application/x-shockwave-flash", "swf"}},
	{0, "CWS", kind{"application/x-shockwave-flash", "swf"}},
	{0, "GIF", kind{"image/gif", "gif"}},
	{0, "\xFF\xD8\xFF", kind{"image/jpeg", "jpg"}},
	{0, "\x1F\x8B\x08", kind{"application/gzip", "gz"}},
	{0, "BZh", kind{"application/x-bzip2", "bz2"}},
	{0, "FLV\x01", kind{"video/x-flv", "flv"}},
	{0, "\x28\xB5\x2F\xFD", kind{"application/zstd", "zst"}},
	{0, "\x7FELF", kind{"application/x-elf", "elf"}},
	{0, "fLaC", kind{"audio/flac", "flac"}},
	{0, "MThd", kind{"audio/midi", "mid"}},
	{0, "wOFF\x00\x01\x00\x00", kind{"font/woff", "woff"}},
	{0, "wOFF" + "OTTO", kind{"font/woff", "woff"}},
	{0, "wOF2\x00\x01\x00\x00", kind{"font/woff2", "woff2"}},
	{0, "wOF2" + "OTTO", kind{"font/woff2", "woff2"}},
	{0, "LZIP", kind{"application/x-lzip", "lz"}},
	{0, "%!PS-Adobe-3.0 EPSF", kind{"application/eps", "eps"}},
	{0, "%!", kind{"application/postscript", "ps"}},
	{0, "%PDF", kind{"application/pdf", "pdf"}},
	{0, "\x00asm", kind{"application/wasm", "wasm"}},
	{0, "SQLi", kind{"application/x-sqlite3", "sqlite"}},
	{0, "Cr24", kind{"application/x-google-chrome-extension", "crx"}},
	{0, "MSCF", kind{"application/vnd.ms-cab-compressed", "cab"}},
	{0, "ISc(", kind{"application/vnd.ms-cab-compressed", "cab"}},
	{0, "\xFD7zXZ\x00", kind{"application/x-xz", "xz"}},
	{0, `{\rtf`, kind{"application/rtf", "rtf"}},
	{0, "7z\xBC\xAF\x27\x1C", kind{"application/x-7z-compressed", "7z"}},
	{0, "Rar!\x1A\x07", kind{"application/x-rar-compressed", "rar"}},
	{0, "solid ", kind{"model/stl", "stl"}},
	{0, "BLENDER", kind{"application/x-blender", "blend"}},
	{0, "!<arch>\ndebian-binary", kind{"application/x-deb", "deb"}},
	{0, "\x89PNG\r\n\x1A\n", kind{"image/png", "png"}},
	{0, "ARROW1\x00\x00", kind{"application/vnd.apache.arrow.file", "arrow"}},
	{0, "glTF\x02\x00\x00\x00", kind{"model/gltf-binary", "glb"}},
	{0, "gimp xcf ", kind{"image/x-xcf", "xcf"}},
	{0, "\x00\x00\x01\x00", kind{"image/x-icon", "ico"}},
	{0, "\x00\x00\x02\x00", kind{"image/x-icon", "cur"}},
	{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", kind{"application/x-cfb", "cfb"}},
	{0, "#!AMR", kind{"audio/amr", "amr"}},
	{0, "8BPS", kind{"image/vnd.adobe.photoshop", "psd"}},
	{0, "MZ", kind{"application/x-msdownload", "exe"}},
	{0, "FORM", kind{"audio/aiff", "aif"}},
	{0, "icns", kind{"image/icns", "icns"}},
	{0, "MAC ", kind{"audio/ape", "ape"}},
	{0, "wvpk", kind{"audio/wavpack", "wv"}},
	{0, "\x00\x01\x00\x00\x00", kind{"font/ttf", "ttf"}},
	{0, "OTTO\x00", kind{"font/otf", "otf"}},
	{0, "ttcf", kind{"font/collection", "ttc"}},
	{0, "\xCA\xFE\xBA\xBE", kind{"application/java-vm", "class"}},
	{0, "PAR1", kind{"application/vnd.apache.parquet", "parquet"}},
	{0, "\xD4\xC3\xB2\xA1", kind{"application/vnd.tcpdump.pcap", "pcap"}},
	{0, "\xA1\xB2\xC3\xD4", kind{"application/vnd.tcpdump.pcap", "pcap"}},
	{0, "regf", kind{"application/x-ft-windows-registry-hive", "dat"}},
	{0, "ITSF", kind{"application/vnd.ms-htmlhelp", "chm"}},
	{0, "\x60\xEA", kind{"application/x-arj", "arj"}},
	{0, "-----BEGIN PGP MESSAGE-----", kind{"application/pgp-encrypted", "pgp"}},
	{0, "WEBVTT", kind{"text/vtt", "vtt"}},
	{0, "BEGIN:VCARD", kind{"text/vcard", "vcf"}},
	{0, "BEGIN:VCALENDAR", kind{"text/calendar", "ics"}},
	{0, "<?xml ", kind{"application/xml", "xml"}},
	{0, "<\x00?\x00x\x00m\x00l\x00", kind{"application/xml", "xml"}},
	{0, "\x00<\x00?\x00x\x00m\x00l", kind{"application/xml", "xml"}},
	{0, "II*\x00", kind{"image/tiff", "tif"}},
	{0, "MM\x00*", kind{"image/tiff", "tif"}},
	{2, "-lh", kind{"application/x-lzh-compressed", "lzh"}},
	{7, "**ACE**", kind{"application/x-ace-compressed", "ace"}},
	{60, "BOOKMOBI", kind{"application/x-mobipocket-ebook", "mobi"}},
	{128, "DICM", kind{"application/dicom", "dcm"}},
	{257, "ustar", kind{"application/x-tar", "tar"}},
	{0, "\xFF\x0A", kind{"image/jxl", "jxl"}},
	{0, "\x00\x00\x01\xBA\x21", kind{"video/MP1S", "mpg"}},
	{0, "\x00\x00\x01\xBA\x44", kind{"video/MP2P", "mpg"}},
	{0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11\xA6\xD9", kind{"application/vnd.ms-asf", "asf"}},
	{0, "\x06\x06\xED\xF5\xD8\x1D\x46\xE5\xBD\x31\xEF\xE7\xFE\x74\xB7\x1D", kind{"application/x-indesign", "indd"}},
	{0, "L\x00\x00\x00\x01\x14\x02\x00", kind{"application/x.ms.shortcut", "lnk"}},
}

// riffs are the kinds of RIFF files, by what stands behind the size.
var riffs = map[string]kind{
	"WEBP": {"image/webp", "webp"}, "WAVE": {"audio/wav", "wav"}, "AVI": {"video/vnd.avi", "avi"}, "QLCM": {"audio/qcelp", "qcp"},
}

// brands are the kinds of files of the ISO base media format, by their brand.
var brands = map[string]kind{
	"avif": {"image/avif", "avif"}, "avis": {"image/avif", "avif"}, "mif1": {"image/heif", "heic"}, "msf1": {"image/heif-sequence", "heic"},
	"heic": {"image/heic", "heic"}, "heix": {"image/heic", "heic"}, "hevc": {"image/heic-sequence", "heic"},
	"hevx": {"image/heic-sequence", "heic"}, "qt": {"video/quicktime", "mov"}, "M4V": {"video/x-m4v", "m4v"}, "M4VH": {"video/x-m4v", "m4v"},
	"M4VP": {"video/x-m4v", "m4v"}, "M4P": {"video/mp4", "m4p"}, "M4B": {"audio/mp4", "m4b"}, "M4A": {"audio/x-m4a", "m4a"},
	"F4V": {"video/mp4", "f4v"}, "F4P": {"video/mp4", "f4p"}, "F4A": {"audio/mp4", "f4a"}, "F4B": {"audio/mp4", "f4b"},
	"crx": {"image/x-canon-cr3", "cr3"},
}

// oggs are the kinds of Ogg files, by what their first page begins with.
var oggs = []struct {
	begin string
	kind  kind
}{
	{"OpusHead", kind{"audio/ogg; codecs=opus", "opus"}},
	{"\x80theora", kind{"video/ogg", "ogv"}},
	{"\x7FFLAC", kind{"audio/ogg", "oga"}},
	{"Speex  ", kind{"audio/ogg", "spx"}},
	{"\x01vorbis", kind{"audio/ogg", "ogg"}},
}

// folders are the kinds of Office's files, by the folder in them that holds the document.
var folders = map[string]kind{
	"xl":    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
	"word":  {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
	"ppt":   {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
	"visio": {"application/vnd.visio", "vsdx"},
}

// documents are the kinds of zip archives whose first file, "mimetype", names their media type.
var documents = map[string]string{
	"application/epub+zip": "epub", "application/vnd.oasis.opendocument.text": "odt",
	"application/vnd.oasis.opendocument.spreadsheet":  "ods",
	"application/vnd.oasis.opendocument.presentation": "odp", "application/vnd.oasis.opendocument.graphics": "odg",
}

// OfContent returns the media type that the first bytes of a content tell, and the extension of its kind, as n8n finds them; both are empty
// where they tell none. What is text by all looks has none. UTF-16 is no audio here, as it is in n8n.
func OfContent(first []byte) (mediaType, extension string) {
	k := kindOf(first)
	return k.mediaType, k.extension
}

func kindOf(first []byte) kind {
	first = bytes.TrimPrefix(first, []byte("\xEF\xBB\xBF"))
	for _, special := range []func([]byte) kind{zipKind, riffKind, brandKind, oggKind, matroskaKind, taggedKind, audioKind} {
		if k := special(first); k != (kind{}) {
			return k
		}
	}
	if rest, ok := bytes.CutPrefix(first, []byte("\xFF\xFE")); ok { // UTF-16
		first = rest
	}
	for _, s := range signatures {
		if len(first) >= s.at && bytes.HasPrefix(first[s.at:], []byte(s.bytes)) {
			return s.kind
		}
	}
	return kind{}
}

func riffKind(first []byte) kind {
	if len(first) < 12 || string(first[:4]) != "RIFF" {
		return kind{}
	}
	return riffs[strings.TrimSpace(string(first[8:12]))]
}

func brandKind(first []byte) kind {
	if len(first) < 12 || string(first[4:8]) != "ftyp" {
		return kind{}
	}
	brand := strings.TrimSpace(strings.ReplaceAll(string(first[8:12]), "\x00", " "))
	if k, ok := brands[brand]; ok {
		return k
	}
	switch {
	case strings.HasPrefix(brand, "3g2"):
		return kind{"video/3gpp2", "3g2"}
	case strings.HasPrefix(brand, "3g"):
		return kind{"video/3gpp", "3gp"}
	}
	return kind{"video/mp4", "mp4"}
}

func oggKind(first []byte) kind {
	if !bytes.HasPrefix(first, []byte("OggS")) {
		return kind{}
	}
	for _, o := range oggs {
		if len(first) > 28 && bytes.HasPrefix(first[28:], []byte(o.begin)) {
			return o.kind
		}
	}
	return kind{"application/ogg", "ogx"}
}

func matroskaKind(first []byte) kind {
	switch head := first[:min(len(first), 64)]; {
	case !bytes.HasPrefix(first, []byte("\x1A\x45\xDF\xA3")):
	case bytes.Contains(head, []byte("webm")):
		return kind{"video/webm", "webm"}
	case bytes.Contains(head, []byte("matroska")):
		return kind{"video/matroska", "mkv"}
	}
	return kind{}
}

// taggedKind is what stands behind an ID3 tag; MP3 where that is out of sight.
func taggedKind(first []byte) kind {
	if len(first) < 10 || string(first[:3]) != "ID3" {
		return kind{}
	}
	size := 10
	for i, b := range first[6:10] {
		size += int(b&0x7F) << (7 * (3 - i))
	}
	if size > len(first) {
		return kind{"audio/mpeg", "mp3"}
	}
	return kindOf(first[size:])
}

// audioKind is a stream of MPEG audio.
func audioKind(first []byte) kind {
	if len(first) < 3 || first[0] != 0xFF || first[1]&0xE0 != 0xE0 || first[1] == 0xFE {
		return kind{}
	}
	if first[1]&0x16 == 0x10 {
		return kind{"audio/aac", "aac"}
	}
	extension := [4]string{"", "mp3", "mp2", "mp1"}[first[1]>>1&3]
	if extension == "" {
		return kind{}
	}
	return kind{"audio/mpeg", extension}
}

// zipKind tells documents that are zip archives by the names in them.
func zipKind(first []byte) kind {
	const header = 30
	if !bytes.HasPrefix(first, []byte("PK\x03\x04")) {
		if bytes.HasPrefix(first, []byte("PK\x05\x06")) || bytes.HasPrefix(first, []byte("PK\x07\x08")) {
			return kind{"application/zip", "zip"}
		}
		return kind{}
	}
	for rest := first; len(rest) > header; {
		nameLen, extraLen := int(binary.LittleEndian.Uint16(rest[26:])), int(binary.LittleEndian.Uint16(rest[28:]))
		if header+nameLen > len(rest) {
			break
		}
		name := string(rest[header : header+nameLen])
		content := rest[min(header+nameLen+extraLen, len(rest)):]
		folder, _, inside := strings.Cut(name, "/")
		k, isOffice := folders[folder]
		switch {
		case isOffice && inside:
			return k
		case name == "mimetype":
			size := int(binary.LittleEndian.Uint32(rest[18:]))
			mediaType := strings.TrimSpace(string(content[:min(size, len(content))]))
			if extension, known := documents[mediaType]; known {
				return kind{mediaType, extension}
			}
		}
		next := bytes.Index(content, []byte("PK\x03\x04"))
		if next < 0 {
			break
		}
		rest = content[next:]
	}
	return kind{"application/zip", "zip"}
}
