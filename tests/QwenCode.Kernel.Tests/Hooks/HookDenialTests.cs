using System.ComponentModel;
using System.Text.Json;
using QwenCode.Kernel.Hooks;

namespace QwenCode.Kernel.Tests.Hooks;

/// <summary>Nothing that happens around a hook makes its refusal get lost.</summary>
public class HookDenialTests
{
    [Theory]
    [InlineData("echo no {0} >&2; exit 2")]
    [InlineData("echo no {0}; exit 9")]
    [InlineData("exec 0<&-; echo no {0} >&2; exit 2")]
    public async Task Hooks_that_refuse_side_by_side_are_all_heard(string command)
    {
        const int count = 60;
        var hooks = Enumerable.Range(0, count).Select(number => $$"""{"type":"command","command":{{JsonSerializer.Serialize(command.Replace("{0}", $"{number}", StringComparison.Ordinal))}}}""");
        await using var bench = new HookBench($$"""{"PreToolUse":[{"hooks":[{{string.Join(',', hooks)}}]}]}""");

        for (var round = 0; round < 3; round++)
        {
            var said = await bench.RunAsync();

            said.IsBlocking.ShouldBeTrue();
            bench.Notices.ShouldBeEmpty();
            said.Reason!.Split('\n').ShouldBe(Enumerable.Range(0, count).Select(static number => $"no {number}"));
        }
    }

    [Fact]
    public async Task A_hook_is_started_again_where_the_system_had_no_room_for_it()
    {
        var errors = new Queue<int>([11, 24, 26, 12]);

        await HookStart.RunAsync(() => errors.TryDequeue(out var error) ? throw new Win32Exception(error) : true, TimeProvider.System, CancellationToken.None);

        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(2, false)]
    [InlineData(13, false)]
    [InlineData(11, true)]
    public async Task What_will_not_pass_and_what_lasts_too_long_ends_the_trying(int error, bool isCancelled)
    {
        var tries = 0;

        await Should.ThrowAsync<Win32Exception>(() => HookStart.RunAsync(() => { tries++; throw new Win32Exception(error); }, TimeProvider.System, new CancellationToken(isCancelled)));

        tries.ShouldBe(1);
    }
}
