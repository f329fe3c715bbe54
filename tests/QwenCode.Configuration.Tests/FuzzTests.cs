using System.Globalization;

namespace QwenCode.Configuration.Tests;

/// <summary>
/// Settings that are cut and mixed at random, with a fixed seed: they are read, or refused with the file's name, and the file stays.
/// </summary>
public sealed class FuzzTests : IDisposable
{
    private const string Seed = """
        {
          // comment
          "$version": 3, "permissions": { "deny": ["Bash(rm *)", "Edit",], "allow": [] },
          "security": { "folderTrust": { "enabled": true }, "auth": { "selectedType": "openai" } },
          "tools": { "approvalMode": "plan", "exclude": ["x"] }, "model": { "name": "m", "maxSessionTurns": 5 },
          "modelProviders": { "openai": [{ "id": "a", "baseUrl": "http://h/v1", "generationConfig": { "timeout": 5 } }] }
        }
        """;

    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("QWEN_FUZZ_RUNS"), CultureInfo.InvariantCulture, out var runs) ? runs : 2_000;

    private static readonly string[] Words = ["{", "}", "[", "]", ",", ":", "\"", "null", "true", "7", "\"x\"", "/*", "//", "\\ud800", "{}", "\n", "1e999"];

    private readonly SettingsFixture _files = new();

    [Fact]
    public void Any_file_is_read_or_refused_by_name_and_stays()
    {
        var random = new Random(33);
        for (var run = 0; run < Runs; run++)
        {
            var text = Mutate(random);
            var root = default(Layers.SettingsNode);
            try
            {
                // Without the file: a broken one is read again a few times, in case somebody is saving it.
                root = Layers.SettingsReader.Parse(System.Text.Encoding.UTF8.GetBytes(text), SettingsScope.User, "f");
            }
            catch (System.Text.Json.JsonException)
            {
                continue;
            }

            if (!root.IsObject || run % 8 != 0)
            {
                continue;
            }

            var file = _files.User(text);
            try
            {
                var settings = _files.Load();
                _ = Options.PermissionSettings.From(settings);
                _ = Options.ToolSettings.From(settings);
                _ = Configuration.Models.ModelConfiguration.Resolve(settings);
            }
            catch (SettingsException exception)
            {
                exception.File.ShouldBe(file, text);
            }

            File.Exists(file).ShouldBeTrue(text);
        }
    }

    public void Dispose() => _files.Dispose();

    private static string Mutate(Random random)
    {
        var text = new System.Text.StringBuilder(Seed);
        for (var change = random.Next(1, 4); change > 0; change--)
        {
            var at = random.Next(text.Length);
            var length = Math.Min(random.Next(1, 12), text.Length - at);
            _ = random.Next(3) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, Words[random.Next(Words.Length)]),
                _ => text.Insert(at, text.ToString(at, length)),
            };
        }

        return text.ToString();
    }
}
