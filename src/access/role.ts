/** The viewer can look; the admin can also change things. These are the names to sign in with. */
export type Role = "viewer" | "admin";

/** Returns the role with a name, if there is one. */
export function roleOf(user: string | undefined): Role | undefined {
	return user === "admin" || user === "viewer" ? user : undefined;
}
