using QwenCode.Agents;
using QwenCode.Configuration.Options;

namespace QwenCode.Configuration.Tests;

/// <summary>The bounds of agents, as a person sets them.</summary>
public sealed class AgentSettingsTests : IDisposable
{
    private readonly SettingsFixture _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void What_nobody_set_is_left_to_the_host()
    {
        _files.User("""{ "$version": 3 }""");

        AgentSettings.From(_files.Load()).ShouldBe(new AgentSettings());
    }

    [Fact]
    public void Every_bound_is_read()
    {
        _files.User("""
            {
              "$version": 3,
              "agents": {
                "maxConcurrent": 3, "maxDepth": 0, "stallWarningMinutes": 2.5, "stallLimitMinutes": 0,
                "runConfig": { "max_turns": 7, "max_time_minutes": 1.5, "max_tokens": 90000, "max_tool_calls": 9 }
              }
            }
            """);
        _files.Environment["QWEN_CODE_MAX_TOOL_CONCURRENCY"] = "4";

        AgentSettings.From(_files.Load()).ShouldBe(new AgentSettings
        {
            MaxConcurrent = 3,
            MaxDepth = 0,
            Budget = new AgentBudget(7, TimeSpan.FromSeconds(90), 90_000, 9),
            StallWarning = TimeSpan.FromMinutes(2.5),
            StallLimit = TimeSpan.Zero,
            MaxToolConcurrency = 4,
        });
    }

    [Fact]
    public void A_project_counts_more_than_the_person_bound_by_bound()
    {
        _files.User("""{ "$version": 3, "agents": { "maxConcurrent": 3, "runConfig": { "max_turns": 7 } } }""");
        _files.ProjectFile("""{ "$version": 3, "agents": { "maxConcurrent": 2 } }""");

        AgentSettings.From(_files.Load()).ShouldBe(new AgentSettings { MaxConcurrent = 2, Budget = new AgentBudget(MaxTurns: 7) });
    }

    [Theory]
    [InlineData("\"maxConcurrent\": 0", "agents.maxConcurrent", "at least 1")]
    [InlineData("\"maxConcurrent\": 1.5", "agents.maxConcurrent", "whole number")]
    [InlineData("\"maxDepth\": -1", "agents.maxDepth", "at least 0")]
    [InlineData("\"stallWarningMinutes\": -1", "agents.stallWarningMinutes", "0 or more")]
    [InlineData("\"stallLimitMinutes\": 1e300", "agents.stallLimitMinutes", "number of minutes")]
    [InlineData("\"runConfig\": { \"max_turns\": 0 }", "agents.runConfig.max_turns", "at least 1")]
    [InlineData("\"runConfig\": { \"max_time_minutes\": 0 }", "agents.runConfig.max_time_minutes", "more than 0")]
    [InlineData("\"runConfig\": { \"max_tokens\": 0 }", "agents.runConfig.max_tokens", "at least 1")]
    [InlineData("\"runConfig\": { \"max_tool_calls\": -3 }", "agents.runConfig.max_tool_calls", "at least 1")]
    public void A_bound_that_makes_no_sense_is_an_error_that_names_file_line_and_key(string member, string key, string problem)
    {
        var file = _files.User("{\n  \"$version\": 3,\n  \"agents\": { " + member + " }\n}\n");

        var error = Should.Throw<SettingsException>(() => AgentSettings.From(_files.Load()));

        error.Message.ShouldContain($"{file}:3");
        error.Message.ShouldContain(key);
        error.Message.ShouldContain(problem);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("25", 25)]
    [InlineData("", null)]
    public void The_width_of_tool_calls_is_a_whole_number_of_at_least_one_or_nothing(string value, int? width)
    {
        _files.Environment["QWEN_CODE_MAX_TOOL_CONCURRENCY"] = value;

        AgentSettings.From(_files.Load()).MaxToolConcurrency.ShouldBe(width);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-2")]
    [InlineData("1.5")]
    [InlineData("many")]
    public void A_width_that_makes_no_sense_is_an_error_that_names_the_variable(string value)
    {
        _files.Environment["QWEN_CODE_MAX_TOOL_CONCURRENCY"] = value;
        var settings = _files.Load();

        Should.Throw<SettingsException>(() => AgentSettings.From(settings)).Message
            .ShouldBe($"the environment: 'QWEN_CODE_MAX_TOOL_CONCURRENCY': must be a whole number of at least 1, not \"{value}\"; unset it for the default of 10.");
    }
}
