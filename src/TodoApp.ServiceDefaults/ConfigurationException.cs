namespace TodoApp.ServiceDefaults;

/// <summary>A setting is missing or wrong. The message is one line for the operator and holds no secret; the program prints it and exits with 2.</summary>
public sealed class ConfigurationException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">Which setting, what is wrong with it, and what would be right.</param>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one.</summary>
    public ConfigurationException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes one without a message.</summary>
    public ConfigurationException()
    {
    }
}
