using System.Runtime.CompilerServices;
using System.Text.Json;
using QwenCode.Configuration.Catalogue;
using QwenCode.Configuration.Editing;

namespace QwenCode.Configuration.Tests;

/// <summary>The schema that lies in the repository is the table's.</summary>
public class SchemaTests
{
    [Fact]
    public void The_file_in_the_repository_is_up_to_date()
    {
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "settings.schema.json");
        if (Environment.GetEnvironmentVariable("QWEN_APPROVE_SETTINGS") == "1")
        {
            File.WriteAllText(file, SettingsSchema.Write());
        }

        File.ReadAllText(file).ShouldBe(SettingsSchema.Write(), "QWEN_APPROVE_SETTINGS=1 dotnet test tests/QwenCode.Configuration.Tests writes it");
    }

    [Fact]
    public void Every_setting_is_in_it()
    {
        var root = JsonElement.Parse(SettingsSchema.Write());

        SettingsTable.All.ShouldAllBe(row => Has(root, row.Key));
    }

    private static bool Has(JsonElement part, string key)
    {
        foreach (var name in key.Replace("[]", ".[]", StringComparison.Ordinal).Split('.'))
        {
            if (!(name switch
            {
                "[]" => part.TryGetProperty("items", out part),
                "*" => part.TryGetProperty("additionalProperties", out part),
                _ => part.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out part),
            }))
            {
                return false;
            }
        }

        return true;
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
