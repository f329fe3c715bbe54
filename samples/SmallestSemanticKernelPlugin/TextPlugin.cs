using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace SmallestSemanticKernelPlugin;

public sealed class TextPlugin
{
    [KernelFunction, Description("Counts the words of a text.")]
    public int CountWords([Description("The text.")] string text) => text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;
}
