namespace QwenCode.Models;

/// <summary>
/// Which model an answer came from. Signatures and other parts that only their maker understands are sent back to it alone.
/// </summary>
/// <param name="Protocol">The protocol the model was asked by; empty if a record does not say it.</param>
/// <param name="Model">The model's id.</param>
public sealed record ModelOrigin(string Protocol, string Model)
{
    /// <summary>Gets the origin of an answer that was put together or cut: no model takes it for its own.</summary>
    public static ModelOrigin Nobody { get; } = new("?", "?");

    /// <summary>Returns whether a model made the answer. Where the protocol is not known, the model's id decides.</summary>
    /// <param name="protocol">The protocol the model is asked by.</param>
    /// <param name="model">The model's id.</param>
    public bool Is(string protocol, string model) =>
        string.Equals(Model, model, StringComparison.Ordinal)
        && (Protocol.Length == 0 || string.Equals(Protocol, protocol, StringComparison.OrdinalIgnoreCase));
}
