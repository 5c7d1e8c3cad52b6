/** What an answer says in its headers about the end of a connector (RFC 8594, RFC 9745). */
export async function sunsetOf(url: string, token: string): Promise<{ readonly sunset: string | null; readonly deprecation: string | null }> {
  const { headers } = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  return { sunset: headers.get('sunset'), deprecation: headers.get('deprecation') }
}
