namespace QwenCode.Plugin.FileSystem.Editing;

/// <summary>Why an edit cannot be made.</summary>
/// <param name="Type">The error type.</param>
/// <param name="Message">What the model reads when the edit ran.</param>
/// <param name="Forecast">What the model reads when the edit was seen to fail before anybody was asked.</param>
internal sealed record EditFailure(string Type, string Message, string Forecast);
