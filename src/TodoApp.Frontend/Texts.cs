namespace TodoApp.Frontend;

/// <summary>Names the resources of all pages' texts, <c>Texts.{language}.resx</c>: each text by its English words, which stand in the source.</summary>
public sealed class Texts;
