using System.Reflection;
using QwenCode.Cli.CommandLine;

namespace QwenCode.Cli.Tests.CommandLine;

/// <summary>Every option ends in a property that the program reads, or in a sentence.</summary>
public sealed class OptionRecordTests
{
    private static readonly PropertyInfo[] Properties = typeof(CliOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance);

    public static TheoryData<string> Working => [.. OptionTable.Working.Select(static option => option.Name)];

    public static TheoryData<string> Accepted => [.. AcceptedOptions.All.Select(static option => option.Name)];

    public static TheoryData<string> Refused => [.. RefusedOptions.All.Select(static option => option.Name)];

    public static TheoryData<string> Read => [.. Properties.Select(static property => property.Name)];

    [Theory]
    [MemberData(nameof(Working))]
    public void An_option_of_the_help_sets_a_property(string name) => Changed(name).ShouldNotBeEmpty();

    [Theory]
    [MemberData(nameof(Accepted))]
    public void An_option_that_is_accepted_sets_none_and_has_a_reason(string name)
    {
        Changed(name).ShouldBeEmpty();
        OptionTable.Find(name)!.Description.ShouldEndWith(".");
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_option_that_is_refused_is_named_in_a_sentence_that_says_what_to_do(string name)
    {
        var message = Should.Throw<RefusedException>(() => CliOptions.Parse(Arguments(name))).Message;

        message.ShouldStartWith($"--{name} is not supported. ");
        message.ShouldEndWith(".");
    }

    [Theory]
    [MemberData(nameof(Read))]
    public void A_property_is_read_outside_the_command_line(string name)
    {
        var getter = Properties.Single(property => property.Name == name).GetMethod!;

        Calls(getter).ShouldContain(static type => type.Namespace != typeof(CliOptions).Namespace, $"nothing reads {name}");
    }

    [Fact]
    public void No_name_stands_for_two_options()
    {
        var all = OptionTable.Working.Concat(AcceptedOptions.All).Concat(RefusedOptions.All).ToArray();

        all.Select(static option => option.Name).ShouldBeUnique();
        all.Where(static option => option.Alias is not null).Select(static option => option.Alias).ShouldBeUnique();
    }

    private static string[] Arguments(string name)
    {
        var option = OptionTable.Find(name)!;
        var value = name switch
        {
            "resume" or "session-id" => "123e4567-e89b-42d3-a456-426614174000",
            "proxy" => "http://host:1",
            "model-cassette" => "replay:FILE",
            "input-format" => "stream-json",
            _ => option.Choices.Count > 0 ? option.Choices[^1] : "7",
        };
        return option.Kind is OptionKind.Flag ? [$"--{name}", .. Needed(name)] : [$"--{name}", value, .. Needed(name)];
    }

    private static string[] Needed(string name) => name switch
    {
        "include-partial-messages" or "input-format" => ["-o", "stream-json"],
        "fork-session" => ["--continue"],
        "json" => ["tasks", "audit"],
        "dry-run" or "force" or "redo" => ["undo"],
        "rules" => ["permissions", "replay"],
        "http" => ["mcp", "serve"],
        "http-token-file" => ["mcp", "serve", "--http", "1"],
        _ => [],
    };

    private static string[] Changed(string name)
    {
        var (given, without) = (CliOptions.Parse(Arguments(name)), CliOptions.Parse(Needed(name)));
        return [.. Properties.Where(property => !Same(property.GetValue(given), property.GetValue(without))).Select(static property => property.Name)];
    }

    private static bool Same(object? one, object? other) =>
        one is IEnumerable<string> list && other is IEnumerable<string> others ? list.SequenceEqual(others) : Equals(one, other);

    /// <summary>Finds the types of the program whose code calls a method.</summary>
    private static IEnumerable<Type> Calls(MethodInfo method)
    {
        foreach (var type in typeof(CliOptions).Assembly.GetTypes())
        {
            foreach (var caller in type.GetMembers(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OfType<MethodBase>())
            {
                if (Contains(caller, method))
                {
                    yield return type;
                }
            }
        }
    }

    // A call is an opcode (0x28 call, 0x6F callvirt) and the token of the method.
    private static bool Contains(MethodBase caller, MethodInfo method)
    {
        var code = caller.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var at = 0; at + 4 < code.Length; at++)
        {
            if (code[at] is 0x28 or 0x6F && BitConverter.ToInt32(code, at + 1) == method.MetadataToken)
            {
                return true;
            }
        }

        return false;
    }
}
