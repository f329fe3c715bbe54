using System.Globalization;
using QwenCode.Tools;

namespace QwenCode.Plugins.Tests.SemanticKernel;

/// <summary>What a function gets of the values that a model sends as text, and of those it sends as JSON.</summary>
public sealed class KernelValueTests : IClassFixture<KernelValueTests.Hosts>, IDisposable
{
    private const string Same = "Fixtures.SemanticKernel.Plugin";
    private const string Older = "Fixtures.SemanticKernel.Older";

    private readonly Hosts _hosts;
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;

    public KernelValueTests(Hosts hosts)
    {
        _hosts = hosts;
        // A thread whose numbers and dates look otherwise, as in much of the world.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        CultureInfo.CurrentCulture = culture;
    }

    public static TheoryData<string, string, string> Values => new()
    {
        { "Guid", "\"0f8fad5b-d9cb-469f-a165-70867728950e\"", "0f8fad5b-d9cb-469f-a165-70867728950e" },
        { "Guid", "\"0f8fad5bd9cb469fa16570867728950e\"", "0f8fad5b-d9cb-469f-a165-70867728950e" },
        { "DateTime", "\"2026-11-29T10:30:00Z\"", "2026-11-29T10:30:00.0000000Z Utc" },
        { "DateTime", "\"2026-11-29T10:30:00\"", "2026-11-29T10:30:00.0000000 Unspecified" },
        { "DateTime", "\"2026-11-29\"", "2026-11-29T00:00:00.0000000 Unspecified" },
        { "DateTime", "\"2026-11-29 10:30\"", "2026-11-29T10:30:00.0000000 Unspecified" },
        { "DateTime", "\"11/29/2026\"", "2026-11-29T00:00:00.0000000 Unspecified" },
        { "DateTimeOffset", "\"2026-11-29T10:30:00+02:00\"", "2026-11-29T10:30:00.0000000+02:00" },
        { "DateTimeOffset", "\"2026-11-29 10:30 +02:00\"", "2026-11-29T10:30:00.0000000+02:00" },
        { "DateOnly", "\"2026-11-29\"", "2026-11-29" },
        { "TimeOnly", "\"10:30:00\"", "10:30:00.0000000" },
        { "TimeSpan", "\"01:30:00\"", "01:30:00" },
        { "TimeSpan", "\"1:30\"", "01:30:00" },
        { "TimeSpan", "\"1.02:03:04\"", "1.02:03:04" },
        { "Uri", "\"https://example.org/a?b=c\"", "https://example.org/a?b=c" },
        { "Version", "\"1.2.3\"", "1|2|3" },
        { "Bytes", "\"AQID\"", "1.2.3" },
        { "Size", "\"Large\"", "Large" },
        { "Size", "\"large\"", "Large" },
        { "Days", "\"Saturday, Sunday\"", "Saturday, Sunday" },
        { "Character", "\"x\"", "<x>" },
        { "Flag", "\"true\"", "True" },
        { "Flag", "true", "True" },
        { "Integer", "\"42\"", "42" },
        { "Integer", "42", "42" },
        { "Long", "\"9007199254740993\"", "9007199254740993" },
        { "Double", "\"2.5\"", "2.5" },
        { "Double", "2.5", "2.5" },
        { "Double", "\"1e3\"", "1000" },
        { "Decimal", "\"1234.50\"", "1234.50" },
        { "Decimal", "1234.50", "1234.50" },
        { "Element", "\"plain\"", "\"plain\"" },
        { "Element", "{\"a\":[1]}", "{\"a\":[1]}" },
        { "Node", "\"plain\"", "\"plain\"" },
        { "Node", "[1,2]", "[1,2]" },
        { "Anything", "\"plain\"", "String plain" },
        { "Weight", "\"250g\"", "250" },
        { "Length", "5", "5" },
        { "Length", "\"5m\"", "5" },
        { "MaybeGuid", "\"0f8fad5b-d9cb-469f-a165-70867728950e\"", "0f8fad5b-d9cb-469f-a165-70867728950e" },
        { "MaybeGuid", "null", "none" },
        { "MaybeDate", "\"2026-11-29\"", "2026-11-29" },
        { "MaybeDate", "null", "none" },
        { "MaybeSize", "\"small\"", "Small" },
        { "MaybeSize", "null", "none" },
        { "MaybeDecimal", "\"0.5\"", "0.5" },
        { "MaybeDecimal", "null", "none" },
        { "MaybeCharacter", "\"y\"", "y" },
        { "MaybeElement", "\"plain\"", "\"plain\"" },
        { "MaybeElement", "null", "none" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task A_value_arrives_as_it_was_meant(string function, string sent, string expected)
    {
        (await _hosts.Same.TextAsync($"Values_{function}", $$"""{"value":{{sent}}}""")).ShouldBe(expected + " [audited]");
        (await _hosts.Older.TextAsync($"Values_{function}", $$"""{"value":{{sent}}}""")).ShouldBe(expected + " [audited]");
    }

    [Theory]
    [InlineData("DateOnly", "\"tomorrow\"")]
    [InlineData("TimeOnly", "\"noon\"")]
    [InlineData("Version", "\"latest\"")]
    [InlineData("Bytes", "\"not base64!\"")]
    [InlineData("Weight", "\"heavy\"")]
    [InlineData("MaybeDate", "\"tomorrow\"")]
    [InlineData("Length", "\"long\"")]
    [InlineData("Double", "\"2,5\"")]
    public void A_value_that_cannot_be_read_is_told_to_the_model_before_the_call(string function, string sent)
    {
        var exception = Should.Throw<ToolArgumentException>(() => _hosts.Same.Prepare($"Values_{function}", $$"""{"value":{{sent}}}"""));

        exception.Message.ShouldStartWith($"Values_{function}: 'value' ");
    }

    [Theory]
    [InlineData("DateTime", "\"tomorrow\"")]
    [InlineData("Guid", "\"none\"")]
    public async Task A_value_that_the_library_cannot_read_is_a_failed_call(string function, string sent) =>
        (await _hosts.Same.CallAsync($"Values_{function}", $$"""{"value":{{sent}}}""")).Error.ShouldNotBeNull().Message.ShouldContain(sent.Trim('"'));

    public void Dispose() => CultureInfo.CurrentCulture = _culture;

    /// <summary>Loaded once for all values.</summary>
    public sealed class Hosts : IAsyncLifetime
    {
        private readonly PluginRoom _room = new();

        public PluginHost Same { get; private set; } = null!;

        public PluginHost Older { get; private set; } = null!;

        public Task InitializeAsync()
        {
            var other = Path.Combine(_room.Root, "other");
            _room.Install(KernelValueTests.Same);
            _room.Install(KernelValueTests.Older, into: other);
            (Same, Older) = (_room.Host(), _room.Host(folders: new PluginFolder(other, PluginOrigin.User)));
            return Task.CompletedTask;
        }

        public async Task DisposeAsync() => await _room.CloseAsync();
    }
}
