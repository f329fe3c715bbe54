using QwenCode.Kernel.Agents;
using QwenCode.Permissions;

namespace QwenCode.Kernel.Tests.Agents;

public class ChildModes
{
    [Theory]
    [InlineData("plan", null, "plan")]
    [InlineData("plan", "plan", "plan")]
    [InlineData("plan", "default", "plan")]
    [InlineData("plan", "auto-edit", "plan")]
    [InlineData("plan", "yolo", "plan")]
    [InlineData("default", null, "default")]
    [InlineData("default", "plan", "plan")]
    [InlineData("default", "default", "default")]
    [InlineData("default", "auto-edit", "default")]
    [InlineData("default", "yolo", "default")]
    [InlineData("auto-edit", null, "auto-edit")]
    [InlineData("auto-edit", "plan", "auto-edit")]
    [InlineData("auto-edit", "default", "auto-edit")]
    [InlineData("auto-edit", "auto-edit", "auto-edit")]
    [InlineData("auto-edit", "yolo", "auto-edit")]
    [InlineData("yolo", null, "yolo")]
    [InlineData("yolo", "plan", "yolo")]
    [InlineData("yolo", "default", "yolo")]
    [InlineData("yolo", "auto-edit", "yolo")]
    [InlineData("yolo", "yolo", "yolo")]
    public void A_child_never_has_more_than_its_parent(string parent, string? definition, string expected)
    {
        ApprovalModes.TryParse(parent, out var parentMode).ShouldBeTrue();
        ApprovalMode? wanted = ApprovalModes.TryParse(definition, out var parsed) ? parsed : null;

        ChildApprovalMode.Resolve(parentMode, wanted).ToWire().ShouldBe(expected);
    }
}
