/** Times are integer UTC milliseconds; yes and no are 1 and 0; JSON that is digested is stored as text. */
export type Text = string
export type Time = number
export type Flag = 0 | 1
