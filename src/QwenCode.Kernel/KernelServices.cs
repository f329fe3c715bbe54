using Microsoft.Extensions.Logging;
using QwenCode.Agents;
using QwenCode.Kernel.Tasks;
using QwenCode.Models;
using QwenCode.Tools;
using QwenCode.Tools.Invocation;
using QwenCode.Transcripts;

namespace QwenCode.Kernel;

/// <summary>What all sessions of a kernel share.</summary>
/// <param name="Options">Bounds.</param>
/// <param name="Registry">Every task of the process.</param>
/// <param name="Models">The models.</param>
/// <param name="Agents">The agent definitions.</param>
/// <param name="Transcripts">Where conversations are kept.</param>
/// <param name="ToolSources">Where tools come from, beside the kernel itself.</param>
/// <param name="Invokers">What makes the invokers of tool calls.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record KernelServices(
    KernelOptions Options,
    TaskRegistry Registry,
    IModelProvider Models,
    IAgentCatalog Agents,
    ITranscriptStore Transcripts,
    IReadOnlyList<IToolSource> ToolSources,
    IToolInvokerFactory Invokers,
    TimeProvider Time,
    ILogger Logger);
