package dev.pharos.control.web;

import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.PathResourceResolver;

/**
 * Serves the dashboard's files from its jar. Its screens have paths of their own that no file answers to, such as
 * {@code /hosts}: those get the page, which finds its way by itself. Where the jar is not there, nothing is found.
 */
@Configuration(proxyBeanMethods = false)
class DashboardConfiguration implements WebMvcConfigurer {
    private static final String FILES = "classpath:/META-INF/resources/";

    /** Names in this folder carry a digest of their content. */
    @Override
    public void addResourceHandlers(ResourceHandlerRegistry registry) {
        registry.addResourceHandler("/assets/**")
                .addResourceLocations(FILES + "assets/")
                .setCacheControl(
                        CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable());
        registry.addResourceHandler("/**")
                .addResourceLocations(FILES)
                .setCacheControl(CacheControl.noCache())
                .resourceChain(false)
                .addResolver(new PageForScreens());
    }

    private static final class PageForScreens extends PathResourceResolver {
        @Override
        protected @Nullable Resource getResource(String path, Resource location) throws IOException {
            Resource file = super.getResource(path, location);
            if (file != null && !path.isEmpty()) {
                return file;
            }
            boolean screen = !path.startsWith("api/") && !path.startsWith("agent/") && path.indexOf('.') < 0;
            return screen ? super.getResource("index.html", location) : null;
        }
    }
}
