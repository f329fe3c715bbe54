using Microsoft.Extensions.AI;
using QwenCode.Models.Catalogue;
using QwenCode.Models.Requests;

namespace QwenCode.Models.Anthropic;

/// <summary>How one request makes the model think, and how long its answer may be: thoughts count as answer.</summary>
/// <param name="Form">How the model is told to think.</param>
/// <param name="Budget">How many tokens the thoughts may take; 0 where no number is sent.</param>
/// <param name="Effort">The effort; <c>null</c> leaves it to the model.</param>
/// <param name="MaxTokens">How many tokens the answer may have, thoughts included.</param>
internal readonly record struct ThinkingPlan(ThinkingForm Form, int Budget, string? Effort, int MaxTokens)
{
    private const int DefaultMaxTokens = 8_000;
    private const int DefaultBudget = 32_000;
    private const int SmallestBudget = 1_024;

    /// <summary>Makes the plan of a request.</summary>
    /// <param name="options">The client's options.</param>
    /// <param name="shape">What the model takes.</param>
    /// <param name="model">The model.</param>
    /// <param name="request">The options of the request.</param>
    /// <param name="outputLimit">An output limit that replaces the default.</param>
    /// <param name="mayThink">Whether the conversation lets the model think.</param>
    public static ThinkingPlan Of(
        ChatClientOptions options, AnthropicShape shape, string model, ChatOptions? request, int? outputLimit, bool mayThink)
    {
        var wish = ThinkingWish.Of(options.Reasoning, request);
        var limits = ModelCatalogue.Find(model);
        var most = shape.OutputLimit ?? (limits.IsOutputLimitKnown ? limits.OutputLimit : (int?)null);
        var wanted = options.OwnOutputLimit ?? request?.MaxOutputTokens ?? outputLimit;

        // A model that is told which tool to call cannot think first.
        var isForced = request is { ToolMode: RequiredChatToolMode, Tools.Count: > 0 };
        var form = wish.IsOff || isForced ? ThinkingForm.None : shape.Thinking;
        form = form is ThinkingForm.Budget && !mayThink ? ThinkingForm.None : form;
        var budget = form is ThinkingForm.Budget
            ? wish.Budget ?? wish.Effort switch
            {
                "low" => DefaultBudget / 2,
                "high" or "xhigh" or "max" => DefaultBudget * 2,
                _ => DefaultBudget,
            }
            : 0;
        var maxTokens = wanted ?? DefaultMaxTokens + (form is ThinkingForm.Adaptive ? DefaultBudget : budget);
        maxTokens = Math.Min(maxTokens, most ?? (wanted is null ? Math.Max(limits.OutputLimit, DefaultMaxTokens) : int.MaxValue));
        if (form is ThinkingForm.Budget)
        {
            // What is left for the answer itself is never less than a quarter.
            budget = Math.Min(budget, maxTokens - Math.Max(SmallestBudget, Math.Min(DefaultMaxTokens, maxTokens / 4)));
            form = budget < SmallestBudget ? ThinkingForm.None : form;
        }

        return new(form, form is ThinkingForm.Budget ? budget : 0, form is ThinkingForm.Adaptive && !shape.OmitEffort ? wish.Effort : null,
            maxTokens);
    }
}
