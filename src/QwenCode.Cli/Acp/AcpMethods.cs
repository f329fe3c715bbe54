using System.Text.Json;

namespace QwenCode.Cli.Acp;

/// <summary>Writes what the program says of itself to a client.</summary>
internal static class AcpMethods
{
    /// <summary>The one way to authenticate; the key comes from the settings or the environment.</summary>
    public const string AuthenticationMethod = "openai";

    /// <summary>Writes the result of <c>initialize</c>.</summary>
    public static void WriteInitialize(Utf8JsonWriter json)
    {
        json.WriteNumber("protocolVersion"u8, 1);
        json.WriteStartObject("agentInfo"u8);
        json.WriteString("name"u8, "qwen-code"u8);
        json.WriteString("title"u8, "Qwen Code"u8);
        json.WriteString("version"u8, ProgramVersion.Text);
        json.WriteEndObject();
        WriteAuthentication(json);
        json.WriteStartObject("agentCapabilities"u8);
        json.WriteBoolean("loadSession"u8, true);
        json.WriteStartObject("promptCapabilities"u8);
        json.WriteBoolean("image"u8, true);
        json.WriteBoolean("audio"u8, true);
        json.WriteBoolean("embeddedContext"u8, true);
        json.WriteEndObject();
        json.WriteStartObject("sessionCapabilities"u8);
        Empty(json, "list"u8);
        Empty(json, "resume"u8);
        Empty(json, "close"u8);
        Empty(json, "additionalDirectories"u8);
        json.WriteEndObject();
        json.WriteStartObject("mcpCapabilities"u8);
        json.WriteBoolean("sse"u8, true);
        json.WriteBoolean("http"u8, true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Writes the ways to authenticate.</summary>
    public static void WriteAuthentication(Utf8JsonWriter json)
    {
        json.WriteStartArray("authMethods"u8);
        json.WriteStartObject();
        json.WriteString("id"u8, AuthenticationMethod);
        json.WriteString("name"u8, "Use OpenAI API key"u8);
        json.WriteString(
            "description"u8, "Set OPENAI_API_KEY, and OPENAI_BASE_URL and OPENAI_MODEL if needed, in the environment or settings."u8);
        json.WriteStartObject("_meta"u8);
        json.WriteString("type"u8, "terminal"u8);
        json.WriteStartArray("args"u8);
        json.WriteStringValue("--auth-type=openai"u8);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Writes which account the model is asked with; the key itself is not said.</summary>
    public static void WriteAccount(Utf8JsonWriter json, AcpSession session)
    {
        var models = session.Workspace.Project.Models;
        var current = session.Info.Model;
        var model = models.Models.FirstOrDefault(model => model.Id == current) ?? models.Default.Model;
        json.WriteString("authType"u8, model?.Protocol);
        json.WriteString("model"u8, model?.Id);
        json.WriteString("baseUrl"u8, model?.BaseUrl);
        json.WriteString("apiKeyEnvKey"u8, model?.EnvKeyName);
    }

    private static void Empty(Utf8JsonWriter json, ReadOnlySpan<byte> name)
    {
        json.WriteStartObject(name);
        json.WriteEndObject();
    }
}
