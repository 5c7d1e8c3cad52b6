/** How a value is spelled out in a request (OAS 3.2 section 4.12.2.3). `cookie`: as `form`, without percent-encoding. */
export type ParameterStyle = 'simple' | 'label' | 'matrix' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject' | 'cookie'

/** How one argument of an Action becomes part of an HTTP request. */
export type ParameterBinding = {
  /** Name of the property in the tool's input schema. */
  readonly argument: string
  /** `querystring`: the value is the whole query (OAS 3.2). */
  readonly in: 'path' | 'query' | 'header' | 'cookie' | 'querystring'
  /** Name on the wire. */
  readonly name: string
  readonly style: ParameterStyle
  readonly explode: boolean
  readonly required: boolean
  /** Reserved characters stay as they are, but for those that would end the value. */
  readonly allowReserved?: true
  /** The value is written as a document of this media type. */
  readonly content?: string
}

/** How one field of a form or a multipart body is written, where that differs from what its value suggests. */
export type FieldBinding = {
  readonly style?: 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject'
  readonly explode?: boolean
  readonly allowReserved?: true
  /** Media type of the field. */
  readonly contentType?: string
  /** `file`: bytes that are handed over. `link`: short-lived links from which the API fetches files. */
  readonly carries?: 'file' | 'link'
}

export type BodyBinding = {
  readonly mediaType: string
  /** What the text of the body is; without it, the media type says so. */
  readonly writes?: 'json' | 'form' | 'multipart' | 'text' | 'file'
  readonly required: boolean
  /** `merged`: the body's properties are arguments of their own, named here. `argument`: one argument holds the whole body. */
  readonly arguments: { readonly kind: 'merged'; readonly names: readonly string[] } | { readonly kind: 'argument'; readonly name: string }
  readonly fields?: { readonly [name: string]: FieldBinding }
}

/** An operation of an OpenAPI document, reduced to what sending it needs. */
export type OperationBinding = {
  /** Upper-case name of the HTTP method. */
  readonly method: string
  /** Path template below the server's URL, such as `/todos/{username}`. */
  readonly path: string
  /** Where this operation lives, where that is not the connector's target. Reviewed like the target. */
  readonly server?: string
  readonly parameters: readonly ParameterBinding[]
  readonly body?: BodyBinding
  /** It is declared to answer with a web page; elsewhere one is taken for a page to sign in. */
  readonly answersHtml?: true
  /** JSON pointer of the operation in the document it came from. */
  readonly pointer: string
}
