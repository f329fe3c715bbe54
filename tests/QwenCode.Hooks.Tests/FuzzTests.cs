using System.Text;
using QwenCode.Fuzzing;

namespace QwenCode.Hooks.Tests;

/// <summary>What commands print, broken in every way: it is read, and exit code 2 refuses whatever was printed.</summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests
{
    private static readonly string[] Outputs =
    [
        """{"decision":"block","reason":"no"}""",
        """{"continue":false,"stopReason":"enough","suppressOutput":true,"systemMessage":"m"}""",
        """{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"r","updatedInput":{"a":[1,2]}}}""",
        """{"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"c"}}""",
        "plain words\nand more of them\n",
        "\u001b[31m{\"decision\":\"approve\",}\u001b[0m // note\n",
    ];

    private static readonly string[] Words = ["{", "}", "[", "]", "\"", "\\ud800", "null", "1e999", "\n", "\0", ",", "//", "/*", "\u001b[", "{\"a\":", "{}", "[[", "exit"];

    [Fact]
    public void Any_output_of_a_hook_is_read_and_none_lifts_exit_code_2() => Fuzz.Run(2, Outputs, Words, static bytes =>
    {
        var text = Encoding.UTF8.GetString(bytes);
        foreach (var code in (int[])[0, 1, 2, 137])
        {
            var output = HookOutputReader.FromCommand(code, text, code == 1 ? text : string.Empty, isCut: code == 0);
            if (code == 2)
            {
                output.ShouldNotBeNull().Blocks(HookEvent.PreToolUse).ShouldBeTrue(text);
            }
        }
    });
}
