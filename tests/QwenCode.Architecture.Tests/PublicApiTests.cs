using System.Reflection;
using PublicApiGenerator;

namespace QwenCode.Architecture.Tests;

public class PublicApiTests
{
    [Theory]
    [InlineData("QwenCode.Abstractions")]
    [InlineData("QwenCode.Kernel")]
    [InlineData("QwenCode.Permissions")]
    [InlineData("QwenCode.Hooks")]
    [InlineData("QwenCode.Hosting")]
    [InlineData("QwenCode.SemanticKernel")]
    [InlineData("QwenCode.Testing")]
    [InlineData("QwenCode.Client")]
    public void The_public_surface_is_the_approved_one(string assembly)
    {
        var approved = Path.Combine(Repository.Root, "tests", "PublicApi", $"{assembly}.txt");
        var actual = Assembly.Load(assembly).GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n");

        // A change is made visible: look at the difference, then approve it with QWEN_APPROVE_API=1.
        if (Environment.GetEnvironmentVariable("QWEN_APPROVE_API") == "1")
        {
            File.WriteAllText(approved, actual);
        }

        File.Exists(approved).ShouldBeTrue($"{approved} is missing; approve the surface with QWEN_APPROVE_API=1.");
        actual.ShouldBe(File.ReadAllText(approved).ReplaceLineEndings("\n"), "The public surface changed; look at it, then run the test with QWEN_APPROVE_API=1.");
    }
}
