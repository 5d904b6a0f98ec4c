package credentials

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/nate-go/nate/schemas"
)

// Predefined returns types of n8n for single services, with which an HTTP Request node sends requests to them ("Predefined Credential
// Type"): those that are used most, and that need no more than fields of the credential in headers, the query or Basic authentication, or
// an OAuth2 token that is stored with it. The fields are n8n's. Others can be read with ParseType, or are a Type of the embedder's own.
func Predefined() []Type {
	google := oauth2Type("googleOAuth2Api", "Google OAuth2 API", "https://oauth2.googleapis.com/token", "body")
	microsoft := oauth2Type("microsoftOAuth2Api", "Microsoft OAuth2 API", "https://login.microsoftonline.com/common/oauth2/v2.0/token", "body")
	for i := range microsoft.Properties {
		if p := &microsoft.Properties[i]; p.Name == "accessTokenUrl" {
			p.Type = schemas.String // a credential may name that of its tenant
		}
	}
	types := []Type{
		service("activeCampaignApi", "ActiveCampaign API", "*apiKey", "Api-Token: {apiKey}"),
		service("airtableTokenApi", "Airtable Personal Access Token API", "*accessToken", "Authorization: Bearer {accessToken}"),
		service("anthropicApi", "Anthropic", "*apiKey header headerName *headerValue", "x-api-key: {apiKey}", ownHeader),
		service("asanaApi", "Asana API", "*accessToken", "Authorization: Bearer {accessToken}"),
		service("clickUpApi", "ClickUp API", "*accessToken", "Authorization: {accessToken}"),
		service("cohereApi", "Cohere API", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("deepSeekApi", "DeepSeek", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("discordBotApi", "Discord Bot API", "*botToken", "Authorization: Bot {botToken}"),
		service("facebookGraphApi", "Facebook Graph API", "*accessToken", "?access_token={accessToken}"),
		service("githubApi", "GitHub API", "server user *accessToken", "Authorization: token {accessToken}"),
		service("gitlabApi", "GitLab API", "server *accessToken", "Private-Token: {accessToken}"),
		service("googlePalmApi", "Google Gemini(PaLM) Api", "host *apiKey", "?key={apiKey}"),
		service("groqApi", "Groq", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("hubspotAppToken", "HubSpot Service Key", "*appToken", "Authorization: Bearer {appToken}"),
		service("huggingFaceApi", "Hugging Face API", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("jiraSoftwareCloudApi", "Jira SW Cloud API", "email *apiToken domain", "{email}:{apiToken}"),
		service("linearApi", "Linear API", "*apiKey *signingSecret", "Authorization: {apiKey}"),
		service("mailchimpApi", "Mailchimp API", "*apiKey", "Authorization: apikey {apiKey}"),
		service("mistralCloudApi", "Mistral Cloud API", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("mondayComApi", "Monday.com API", "*apiToken", "Authorization: Bearer {apiToken}"),
		service("notionApi", "Notion API", "*apiKey", "Authorization: Bearer {apiKey}", "Notion-Version?: 2022-02-22"),
		service("openAiApi", "OpenAI", "*apiKey organizationId url header headerName *headerValue", "Authorization: Bearer {apiKey}",
			"OpenAI-Organization: {organizationId}", ownHeader),
		service("openRouterApi", "OpenRouter", "*apiKey url", "Authorization: Bearer {apiKey}"),
		service("pineconeApi", "Pinecone API", "*apiKey", "Api-Key: {apiKey}"),
		service("pipedriveApi", "Pipedrive API", "*apiToken", "?api_token={apiToken}"),
		service("qdrantApi", "Qdrant API", "*apiKey qdrantUrl", "api-key: {apiKey}"),
		service("qualysApi", "Qualys API", "username *password requestedWith", "{username}:{password}", "X-Requested-With: {requestedWith}",
			"X-Requested-With?: n8n application"),
		service("sendGridApi", "SendGrid API", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("serpApi", "SerpAPI", "*apiKey", "?api_key={apiKey}"),
		service("shopifyAccessTokenApi", "Shopify Access Token API", "shopSubdomain *accessToken *appSecretKey", "X-Shopify-Access-Token: {accessToken}"),
		service("slackApi", "Slack API", "*accessToken *signatureSecret", "Authorization: Bearer {accessToken}"),
		service("stripeApi", "Stripe API", "*secretKey *signatureSecret", "Authorization: Bearer {secretKey}"),
		service("supabaseApi", "Supabase API", "host *serviceRole", "apikey: {serviceRole}", "Authorization: Bearer {serviceRole}"),
		service("todoistApi", "Todoist API", "*apiKey", "Authorization: Bearer {apiKey}"),
		service("virusTotalApi", "VirusTotal API", "*accessToken", "x-apikey: {accessToken}"),
		service("wordpressApi", "Wordpress API", "username *password url", "{username}:{password}"),
		service("xAiApi", "xAi", "*apiKey url", "Authorization: Bearer {apiKey}"),
		service("zendeskApi", "Zendesk API", "subdomain email *apiToken", "{email}/token:{apiToken}"),

		google, microsoft,
		oauth2Type("airtableOAuth2Api", "Airtable OAuth2 API", "https://airtable.com/oauth2/v1/token", "header"),
		oauth2Type("dropboxOAuth2Api", "Dropbox OAuth2 API", "https://api.dropboxapi.com/oauth2/token", "header"),
		oauth2Type("githubOAuth2Api", "GitHub OAuth2 API", "={{ $self.server === 'https://api.github.com' ? 'https://github.com' : "+
			"$self.server.split('/').slice(0, 3).join('/') }}/login/oauth/access_token", "header", "server:https://api.github.com"),
		oauth2Type("hubspotOAuth2Api", "HubSpot OAuth2 API", "https://api.hubapi.com/oauth/v1/token", "body"),
		oauth2Type("linkedInOAuth2Api", "LinkedIn OAuth2 API", "https://www.linkedin.com/oauth/v2/accessToken", "body"),
		oauth2Type("notionOAuth2Api", "Notion OAuth2 API", "https://api.notion.com/v1/oauth/token", "header"),
		oauth2Type("quickBooksOAuth2Api", "QuickBooks Online OAuth2 API", "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer", "header"),
		oauth2Type("salesforceOAuth2Api", "Salesforce OAuth2 API",
			"=https://{{ $self.environment === 'sandbox' ? 'test' : 'login' }}.salesforce.com/services/oauth2/token", "header", "environment:production"),
		oauth2Type("twitterOAuth2Api", "X OAuth2 API", "https://api.x.com/2/oauth2/token", "header"),
		extend("oAuth1Api", "twitterOAuth1Api", "X OAuth API", hidden("requestTokenUrl", "https://api.twitter.com/oauth/request_token"),
			hidden("accessTokenUrl", "https://api.twitter.com/oauth/access_token"), hidden("signatureMethod", "HMAC-SHA1")),
		oauth2Type("zoomOAuth2Api", "Zoom OAuth2 API", "https://zoom.us/oauth/token", "header"),
	}
	for _, of := range []struct {
		parent Type
		names  []string
	}{
		{google, []string{
			"gmailOAuth2:Gmail OAuth2 API", "googleAnalyticsOAuth2:Google Analytics OAuth2 API", "googleCalendarOAuth2Api:Google Calendar OAuth2 API",
			"googleDocsOAuth2Api:Google Docs OAuth2 API", "googleDriveOAuth2Api:Google Drive OAuth2 API", "googleSheetsOAuth2Api:Google Sheets OAuth2 API",
			"googleSlidesOAuth2Api:Google Slides OAuth2 API", "googleTasksOAuth2Api:Google Tasks OAuth2 API", "youTubeOAuth2Api:YouTube OAuth2 API",
		}},
		{microsoft, []string{
			"microsoftExcelOAuth2Api:Microsoft Excel OAuth2 API", "microsoftOneDriveOAuth2Api:Microsoft Drive OAuth2 API",
			"microsoftOutlookOAuth2Api:Microsoft Outlook OAuth2 API", "microsoftTeamsOAuth2Api:Microsoft Teams OAuth2 API",
		}},
	} {
		for _, text := range of.names {
			t := of.parent
			t.Name, t.DisplayName, _ = strings.Cut(text, ":")
			t.Extends = append([]string{of.parent.Name}, of.parent.Extends...)
			types = append(types, t)
		}
	}
	return types
}

// ownHeader stands for a header that a credential names itself, if it does.
const ownHeader = "{headerName}: {headerValue}"

var fieldMark = regexp.MustCompile(`\{(\w+)\}`)

// service makes a type of its fields, with a star before those that are secret, and of what it puts on a request: "Header: value",
// "?query=value" or "user:password", with fields in {}. A header without a value is left out, as is "Header?: value" where the request
// has that header.
func service(name, displayName, fields string, parts ...string) Type {
	list := strings.Fields(fields)
	for i, f := range list {
		list[i] = f + ":" + strings.TrimPrefix(f, "*")
	}
	return httpType(name, displayName, func(req *http.Request, d Data) error {
		fill := func(text string) string {
			return fieldMark.ReplaceAllStringFunc(text, func(mark string) string { return d.Text(mark[1 : len(mark)-1]) })
		}
		for _, part := range parts {
			switch header, v, isHeader := strings.Cut(part, ": "); {
			case part[0] == '?':
				key, v, _ := strings.Cut(part[1:], "=")
				added := key + "=" + url.QueryEscape(fill(v))
				req.URL.RawQuery = strings.TrimPrefix(req.URL.RawQuery+"&"+added, "&")
			case !isHeader:
				user, password, _ := strings.Cut(part, ":")
				req.SetBasicAuth(fill(user), fill(password))
			case part == ownHeader:
				if on, _ := d.Value("header"); on != true || d.Text("headerName") == "" {
					continue
				}
				if err := headerAuth(req, d.with(map[string]any{"name": d.Text("headerName"), "value": d.Text("headerValue")})); err != nil {
					return err
				}
			case strings.HasSuffix(header, "?"):
				if header = strings.TrimSuffix(header, "?"); req.Header.Get(header) == "" {
					req.Header.Set(header, v)
				}
			case fill(v) != "":
				if err := setSecret(req, d, fieldMark.FindString(v), header, fill(v)); err != nil {
					return err
				}
			}
		}
		return nil
	}, list...)
}

// oauth2Type makes a type that extends oAuth2Api and says itself where its tokens come from, which may be an expression of its further
// fields, "name:default".
func oauth2Type(name, displayName, accessTokenURL, authentication string, fields ...string) Type {
	properties := []schemas.Property{
		hidden("grantType", "authorizationCode"), hidden("accessTokenUrl", accessTokenURL), hidden("authentication", authentication),
	}
	for _, f := range fields {
		field, v, _ := strings.Cut(f, ":")
		properties = append(properties, schemas.Property{DisplayName: field, Name: field, Type: schemas.String, Default: v})
	}
	return extend("oAuth2Api", name, displayName, properties...)
}

func hidden(name, v string) schemas.Property {
	return schemas.Property{DisplayName: name, Name: name, Type: schemas.Hidden, Default: v}
}

// extend makes a type that extends one of HTTP's.
func extend(parent, name, displayName string, properties ...schemas.Property) Type {
	return Inherit([]Type{{Name: name, DisplayName: displayName, Extends: []string{parent}, parsed: true, Properties: properties}}, HTTP()...)[0]
}
