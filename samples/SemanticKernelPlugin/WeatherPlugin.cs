using System.ComponentModel;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace SemanticKernelPlugin;

/// <summary>What its constructor takes comes from the host.</summary>
public sealed partial class WeatherPlugin(ILogger<WeatherPlugin> logger, TimeProvider time)
{
    [KernelFunction, Description("Gives the forecast for a city.")]
    public async Task<string> GetForecastAsync([Description("The city.")] string city, CancellationToken cancellationToken = default)
    {
        LogAsked(logger, city);
        await Task.Delay(TimeSpan.FromMilliseconds(1), time, cancellationToken).ConfigureAwait(false);
        return string.Create(CultureInfo.InvariantCulture, $"{city}: sunny on {time.GetUtcNow():yyyy-MM-dd}");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked for the weather of {City}.")]
    private static partial void LogAsked(ILogger logger, string city);
}
