using QwenCode.Kernel.Agents;
using QwenCode.Permissions;

namespace QwenCode.Kernel.Tests.Agents;

public class ChildModes
{
    [Theory]
    [InlineData("yolo", null, true, "yolo")]
    [InlineData("yolo", "plan", false, "yolo")]
    [InlineData("auto-edit", "default", true, "auto-edit")]
    [InlineData("auto-edit", "yolo", true, "auto-edit")]
    [InlineData("default", "plan", false, "plan")]
    [InlineData("default", "default", true, "default")]
    [InlineData("plan", "default", false, "default")]
    [InlineData("default", "yolo", true, "yolo")]
    [InlineData("plan", "auto-edit", true, "auto-edit")]
    [InlineData("default", "yolo", false, "default")]
    [InlineData("plan", "auto-edit", false, "plan")]
    [InlineData("plan", null, true, "plan")]
    [InlineData("plan", null, false, "plan")]
    [InlineData("default", null, true, "auto-edit")]
    [InlineData("default", null, false, "default")]
    public void A_child_gets_its_mode_from_its_parent_its_definition_and_trust(string parent, string? definition, bool isTrusted, string expected)
    {
        ApprovalModes.TryParse(parent, out var parentMode).ShouldBeTrue();
        ApprovalMode? wanted = ApprovalModes.TryParse(definition, out var parsed) ? parsed : null;

        ChildApprovalMode.Resolve(parentMode, wanted, isTrusted).ToWire().ShouldBe(expected);
    }
}
