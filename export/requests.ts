/**
 * Proof that a page is whole: what in it a browser would fetch or run.
 *
 * @module
 */

/**
 * What in a page would make a browser fetch or run something, each as it stands there; links to
 * click on are no requests.
 */
export function requests(html: string): string[] {
  const patterns = [
    /<(?:script|iframe|object|embed|base|form)\b[^>]*/gi,
    /<link\b(?![^>]*href="data:)[^>]*/gi,
    /\s(?:src|srcset|poster|background|data)\s*=\s*["']?(?!data:)[^"'\s>]+/gi,
    /<(?:image|use|feImage)\b[^>]*\shref\s*=\s*["']?(?!data:|#)[^"'\s>]+/gi,
    /url\(\s*["']?(?!data:|#)[^)]+/gi,
    /@import\b[^;]*/gi,
  ];
  // Text between tags, where prose may speak of url(...), cannot fetch anything.
  const tags = html.match(/<style\b[^>]*>[^]*?<\/style>|<[a-z][^>]*>/gi)?.join("\n") ?? "";
  return patterns.flatMap((pattern) => tags.match(pattern) ?? []).map((found) => found.trim());
}
