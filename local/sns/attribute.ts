/** A message attribute as a subscriber sees it; a binary value is base64. */
export interface NotificationAttribute {
  readonly Type: string;
  readonly Value: string;
}
