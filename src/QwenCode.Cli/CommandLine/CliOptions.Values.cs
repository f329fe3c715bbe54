using System.Globalization;
using System.Text.RegularExpressions;
using QwenCode.Models.Cassettes;
using QwenCode.Models.Transport;

namespace QwenCode.Cli.CommandLine;

/// <content>The values of options that are more than a word.</content>
internal sealed partial record CliOptions
{
    private static TimeSpan ToTime(string text)
    {
        var unit = text.Length == 0 ? 's' : text[^1];
        var seconds = unit switch { 'h' => 3600, 'm' => 60, _ => 1 };
        var number = unit is 's' or 'm' or 'h' ? text[..^1] : text;
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * seconds is > 0 and <= int.MaxValue / 1000
            ? TimeSpan.FromSeconds(value * seconds)
            : throw new UsageException($"Invalid --max-wall-time: \"{text}\". Write a time such as 90, 30s, 5m or 1.5h.");
    }

    private static ModelCassette ToCassette(string text) => ModelCassette.Parse(text)
        ?? throw new UsageException($"Invalid --model-cassette: \"{text}\". Write record:FILE, replay:FILE or strict:FILE.");

    // Never quotes the value: it may hold a password.
    private static Uri ToProxy(string text) => ProxySettings.Parse(text)
        ?? throw new UsageException("Invalid --proxy: it must be an address such as http://host:port or socks5://host:port.");

    [GeneratedRegex("^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(-agent-.+)?$", RegexOptions.IgnoreCase)]
    private static partial Regex SessionIdForm();
}
