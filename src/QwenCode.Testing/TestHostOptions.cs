using Microsoft.Extensions.DependencyInjection;
using QwenCode.Hosting;
using QwenCode.Models.Cassettes;
using QwenCode.Permissions;
using QwenCode.Sessions;
using QwenCode.Tools;

namespace QwenCode.Testing;

/// <summary>
/// What a <see cref="TestHost"/> offers to its agents. Complete by default: the tools of the kernel alone, in a non-interactive run.
/// </summary>
public sealed class TestHostOptions
{
    /// <summary>Gets the tools of the test itself.</summary>
    /// <value>The default is none.</value>
    public IList<Tool> Tools { get; } = [];

    /// <summary>Gets the plugin folders: each the folder of one plugin, or a folder of such folders.</summary>
    /// <value>
    /// The default is none. <see cref="PluginUnderTest.Folder"/> returns the folder of a plugin that the test project references.
    /// </value>
    public IList<string> PluginDirectories { get; } = [];

    /// <summary>Gets or sets the approval mode.</summary>
    /// <value>The default is <see cref="ApprovalMode.Default"/>: reading is allowed, everything else needs an answer.</value>
    public ApprovalMode Mode { get; set; } = ApprovalMode.Default;

    /// <summary>Gets or sets what answers when a call needs approval.</summary>
    /// <value>The default is <c>null</c>: the run is non-interactive, and a call that needs approval is denied.</value>
    public Func<PermissionRequested, PermissionAnswer>? AnswerPermission { get; set; }

    /// <summary>Gets or sets the cassette that answers in place of the scripted model, or records what a real one answers.</summary>
    /// <value>
    /// The default is <c>null</c>: the scripted model answers. A replay needs nothing else. To record, name the model in
    /// <see cref="TempWorkspace.Environment"/>: <c>OPENAI_BASE_URL</c>, <c>OPENAI_API_KEY</c>, <c>OPENAI_MODEL</c>, or those of another
    /// protocol.
    /// </value>
    public ModelCassette? Cassette { get; set; }

    /// <summary>Gets or sets the clock of the host: pass a <c>FakeTimeProvider</c> to move time by hand.</summary>
    /// <value>The default is the system's clock.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets what changes the options of the framework, after the test host has set them.</summary>
    /// <value>The default changes nothing.</value>
    public Action<QwenCodeOptions> ConfigureQwenCode { get; set; } = static _ => { };

    /// <summary>
    /// Gets or sets what adds services that plugins and tools ask for. It runs before the framework is registered, so that its
    /// registrations count.
    /// </summary>
    /// <value>The default adds nothing.</value>
    public Action<IServiceCollection> ConfigureServices { get; set; } = static _ => { };
}
