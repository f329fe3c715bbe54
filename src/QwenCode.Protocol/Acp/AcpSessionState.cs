using System.Text.Json;
using QwenCode.Permissions;

namespace QwenCode.Protocol.Acp;

/// <summary>The choices of a session and what is chosen: approval modes and models, also as configuration options.</summary>
/// <param name="Mode">The approval mode.</param>
/// <param name="Model">The id of the model.</param>
/// <param name="Models">The models.</param>
public sealed record AcpSessionState(ApprovalMode Mode, string Model, IReadOnlyList<AcpModel> Models)
{
    private static readonly (string Id, string Name, string? Description)[] Modes =
    [
        ("plan", "Plan", "Look around and plan; change nothing."),
        ("default", "Default", "Ask before files are changed and commands are run."),
        ("auto-edit", "Auto Edit", "Change files without asking; ask before commands are run."),
        ("yolo", "YOLO", "Run everything without asking."),
    ];

    /// <summary>Writes the members of a new or loaded session.</summary>
    /// <param name="json">The writer.</param>
    public void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartObject("models"u8);
        json.WriteString("currentModelId"u8, Model);
        json.WriteStartArray("availableModels"u8);
        foreach (var model in Models)
        {
            json.WriteStartObject();
            json.WriteString("modelId"u8, model.Id);
            json.WriteString("name"u8, model.Name);
            json.WriteString("description"u8, model.Description);
            if (model.ContextLimit is { } limit)
            {
                json.WriteStartObject("_meta"u8);
                json.WriteNumber("contextLimit"u8, limit);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartObject("modes"u8);
        json.WriteString("currentModeId"u8, Mode.ToWire());
        json.WriteStartArray("availableModes"u8);
        foreach (var (id, name, description) in Modes)
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("name"u8, name);
            json.WriteString("description"u8, description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        WriteOptions(json);
    }

    /// <summary>Writes the choices as configuration options.</summary>
    /// <param name="json">The writer.</param>
    public void WriteOptions(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.WriteStartArray("configOptions"u8);
        Option(json, "mode", "Mode", "What runs without being asked about.", Mode.ToWire(), Modes);
        Option(json, "model", "Model", "The model that answers.", Model,
            Models.Select(static model => (model.Id, model.Name, model.Description)));
        json.WriteEndArray();
    }

    private static void Option(
        Utf8JsonWriter json, string id, string name, string description, string current,
        IEnumerable<(string Id, string Name, string? Description)> values)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, id);
        json.WriteString("name"u8, name);
        json.WriteString("description"u8, description);
        json.WriteString("category"u8, id);
        json.WriteString("type"u8, "select"u8);
        json.WriteString("currentValue"u8, current);
        json.WriteStartArray("options"u8);
        foreach (var value in values)
        {
            json.WriteStartObject();
            json.WriteString("value"u8, value.Id);
            json.WriteString("name"u8, value.Name);
            json.WriteString("description"u8, value.Description);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
