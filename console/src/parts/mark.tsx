/** Two clasped rings: each passes once over and once under the other. Beside the wordmark, so it says nothing to a screen reader. */
export function Mark() {
  return (
    <svg className="mark" viewBox="1 6 30 20" aria-hidden="true" focusable="false">
      <path d="M14.343 23.268A8 8 0 1 1 17.364 20.848" />
      <path d="M17.657 8.732A8 8 0 1 1 14.636 11.152" />
    </svg>
  )
}

export function Wordmark() {
  return (
    <span className="wordmark">
      <Mark />
      <span>Handfast</span>
    </span>
  )
}
