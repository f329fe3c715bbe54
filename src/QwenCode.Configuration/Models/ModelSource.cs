namespace QwenCode.Configuration.Models;

/// <summary>Where a model's description comes from.</summary>
public enum ModelSource
{
    /// <summary>Put together from flags, variables and single settings.</summary>
    Runtime,

    /// <summary>An entry of <c>modelProviders</c>, which is taken as a whole.</summary>
    Catalogue,
}
