/**
 * The frame of all pages that jobs write: one HTML file that asks no network, for light, dark and
 * narrow screens. Start at {@link io.retromae.core.page.Page}; {@link io.retromae.core.page.Chart}
 * is drawn by uPlot, which the page holds. Plain Java; knows nothing of what is reported.
 */
package io.retromae.core.page;
