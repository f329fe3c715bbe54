using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.AI;
using QwenCode.Conversations;
using QwenCode.Tools;

namespace QwenCode.Abstractions.Tests;

public sealed class ToolSetTests
{
    private static readonly Noop Known = new("one");

    private readonly ToolSet _set = new([Known, new Noop("two"), new Noop("one")]);

    [Fact]
    public void The_host_finds_its_tools()
    {
        _set.Names.ShouldBe(["one", "two"]);
        _set.Find("one").ShouldBeSameAs(Known);
        _set.Tools.First().ShouldBeSameAs(Known);
        _set.Find("three").ShouldBeNull();
    }

    [Fact]
    public void A_client_is_told_all_that_is_declared()
    {
        var offer = _set[0].ShouldBeAssignableTo<AIFunctionDeclaration>()!;

        (offer.Name, offer.Description, offer.JsonSchema.GetRawText()).ShouldBe(("one", "Does nothing.", """{"type":"object"}"""));
        offer.ReturnJsonSchema.ShouldBeNull();
        offer.AdditionalProperties.ShouldBeEmpty();
    }

    [Fact]
    public void A_client_gets_nothing_that_it_could_invoke()
    {
        foreach (var item in _set)
        {
            item.ShouldNotBeAssignableTo<AIFunction>();
            item.GetService<AIFunction>().ShouldBeNull();
            item.GetService<Tool>().ShouldBeNull();
            Reachable(item, []).ShouldNotContain(static value => value is AIFunction || value is Delegate);
        }
    }

    [Fact]
    public void A_tool_is_declared_once_for_all_sets() => new ToolSet([Known])[0].ShouldBeSameAs(_set[0]);

    private static List<object> Reachable(object from, List<object> seen)
    {
        if (seen.Exists(other => ReferenceEquals(other, from)))
        {
            return seen;
        }

        seen.Add(from);
        for (var type = from.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (field.GetValue(from) is { } value && value is not (string or ValueType or JsonDocument))
                {
                    Reachable(value, seen);
                }
            }
        }

        return seen;
    }

    private sealed class Noop(string name)
        : Tool(new ToolDeclaration { Name = name, Description = "Does nothing.", Parameters = ToolDeclaration.Schema("""{"type":"object"}"""u8) })
    {
        public override ToolInvocation Prepare(ToolArguments arguments, ToolContext context) => throw new NotSupportedException();
    }
}
