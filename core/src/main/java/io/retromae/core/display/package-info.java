/** Text from outside made fit for people's eyes: consoles, logs, Markdown, HTML. Plain Java. */
package io.retromae.core.display;
